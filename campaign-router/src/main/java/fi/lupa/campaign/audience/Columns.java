package fi.lupa.campaign.audience;

import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Channel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a channel needs of a member, and nothing else. */
enum Columns {
    EMAIL("subjectId", "email", "language"),
    MOBILE("subjectId", "phone", "language"),
    PHONE("subjectId", "name", "phone", "language"),
    POST("subjectId", "name", "street", "postalCode", "city", "country", "language");

    private static final String[] OF_THE_EXPORT = {"exportId", "notAfter"};

    private final String[] names;

    Columns(String... names) {
        this.names = names;
    }

    static Columns of(Channel channel) {
        return valueOf(channel.name());
    }

    String[] names() {
        return Stream.of(names, OF_THE_EXPORT).flatMap(Arrays::stream).toArray(String[]::new);
    }

    String[] values(ConsentState state, Decision decided, String exportId, String notAfter) {
        String language =
                state.getLanguage() == null ? null : state.getLanguage().getValue();
        String id = state.getSubjectId();
        String address = decided.address();
        return switch (this) {
            case EMAIL, MOBILE -> new String[] {id, address, language, exportId, notAfter};
            case PHONE -> new String[] {id, line(decided.name()), address, language, exportId, notAfter};
            case POST -> {
                List<String> lines = List.of(address.split("\n", 4));
                yield Stream.of(
                                List.of(id),
                                Arrays.asList(line(decided.name())),
                                lines,
                                Arrays.asList(language, exportId, notAfter))
                        .flatMap(List::stream)
                        .toArray(String[]::new);
            }
        };
    }

    /** A row is a line. */
    private static String line(String text) {
        return text == null ? null : text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
