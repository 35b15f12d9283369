package fi.lupa.standalone.bench;

import fi.lupa.permission.Scope;
import fi.lupa.permission.Will;
import java.util.EnumMap;
import java.util.Map;

/** What a made-up person has said: of direct marketing to equally many of each, on all channels alike, 60 % goes out. */
enum Attitude {
    KEEN(Map.of(Scope.EMAIL, Will.GRANT, Scope.MOBILE, Will.GRANT)),
    WRITES(Map.of(Scope.EMAIL, Will.GRANT, Scope.MOBILE, Will.WITHDRAW)),
    TEXTS(Map.of(Scope.EMAIL, Will.WITHDRAW, Scope.MOBILE, Will.GRANT)),
    RESERVED(Map.of(Scope.EMAIL, Will.WITHDRAW, Scope.MOBILE, Will.WITHDRAW)),
    UNTARGETED(Map.of(Scope.EMAIL, Will.GRANT, Scope.MOBILE, Will.GRANT, Scope.MARKETING_USE, Will.PROHIBIT));

    private final Map<Scope, Will> said;

    Attitude(Map<Scope, Will> said) {
        this.said = new EnumMap<>(said);
    }

    Map<Scope, Will> said() {
        return said;
    }

    static Attitude of(int subject) {
        Attitude[] all = values();
        return all[subject % all.length];
    }
}
