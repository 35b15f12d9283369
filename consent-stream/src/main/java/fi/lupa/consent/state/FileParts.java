package fi.lupa.consent.state;

import fi.lupa.event.ConsentState;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.permission.Consents;
import fi.lupa.schemas.mapping.Statements;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A subject's file with another of its parts. */
final class FileParts {

    private FileParts() {}

    static Consents stops(SubjectFile file) {
        return Consents.of(file.getStops().stream().map(Statements::of).toList());
    }

    static SubjectFile with(SubjectFile file, ConsentState own) {
        return new SubjectFile(own, file.getLinks(), file.getJoined(), file.getStops(), file.getErasure());
    }

    static SubjectFile with(SubjectFile file, SubjectLink link) {
        return with(file, replaced(file.getLinks(), SubjectLink::getSameAs, link), file.getJoined());
    }

    static SubjectFile with(SubjectFile file, Consents stops) {
        List<StatementInForce> kept =
                stops.statements().stream().map(Statements::kept).toList();
        return new SubjectFile(file.getOwn(), file.getLinks(), file.getJoined(), kept, file.getErasure());
    }

    static SubjectFile with(SubjectFile file, List<SubjectLink> links, List<JoinedSubject> joined) {
        return new SubjectFile(file.getOwn(), links, joined, file.getStops(), file.getErasure());
    }

    /** The list in the order of its keys, with one element put in the place of its key. */
    static <T> List<T> replaced(List<T> list, Function<T, String> key, T element) {
        TreeMap<String, T> byKey =
                list.stream().collect(Collectors.toMap(key, Function.identity(), (one, other) -> other, TreeMap::new));
        byKey.put(key.apply(element), element);
        return List.copyOf(byKey.values());
    }
}
