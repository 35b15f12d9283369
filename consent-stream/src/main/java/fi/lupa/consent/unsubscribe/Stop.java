package fi.lupa.consent.unsubscribe;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.links.Link;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a press on an unsubscribe link means, given what is in force.
 *
 * <p>The no is said for the address or number that the message went to, which it binds under every name. Where the link stops
 * a purpose on all channels, as market research, it is said for the whole scope as well.
 *
 * @param link the link pressed
 * @param token its token
 * @param known whether anything is known of its subject
 * @param found whose state the press finds, and which revision of it
 * @param standings where the link's scope stands: for its address or number and, if it stops a purpose on all channels, as a whole
 */
record Stop(Link.Unsubscribe link, String token, boolean known, String found, List<Place> standings) {

    /** Two presses within it are one: of an impatient finger, or of a mail program that tries again. */
    private static final Duration ONE_PRESS = Duration.ofMinutes(1);

    /** Where the scope stands in one of the places that the no is said for; null for the whole scope. */
    record Place(String contactPointId, Standing standing) {

        /** A no, said through a link, for this very place: the same press once more. */
        boolean isStopped() {
            Statement said = standing.because();
            return isOff()
                    && said.door() == fi.lupa.permission.Door.UNSUBSCRIBE_LINK
                    && (contactPointId == null || contactPointId.equals(said.contactPoint()));
        }

        /** Now, or just after what stands, where the clock of who recorded that was ahead: a no is to count over it. */
        Instant after(Instant now) {
            Instant since = standing.since();
            return since == null || since.isBefore(now) ? now : since.plusMillis(1);
        }

        boolean isOff() {
            return standing.is(ConsentStatus.PROHIBITED) || standing.is(ConsentStatus.WITHDRAWN);
        }
    }

    /**
     * The page that a person pressed on.
     *
     * @param wording beside the button
     */
    record Shown(String wording, String language, String noticeVersion) {

        /** A mail program pressed, by itself. */
        static final Shown NOTHING = new Shown(null, null, null);
    }

    /**
     * What a press means now.
     *
     * @param state of the link's subject, or of the one that stands for it; empty where nothing is known
     */
    static Stop of(Link.Unsubscribe link, String token, Optional<ConsentState> state, Instant now) {
        Consents said = state.map(Subjects::consents).orElse(Consents.none());
        List<Place> places = new ArrayList<>();
        places.add(new Place(link.contactPointId(), said.standing(link.scope(), link.contactPointId(), now)));
        if (!isChannel(link.scope())) {
            places.add(new Place(null, said.standing(link.scope(), null, now)));
        }
        String found =
                state.map(of -> of.getSubjectId() + "/" + of.getRevision()).orElse("nobody");
        return new Stop(link, token, state.isPresent(), found, List.copyOf(places));
    }

    /**
     * Whether a press, on this or another link to the same, is the last one once more, and nothing else was said since. A later one is
     * written anew: something that was said in between may be on its way still, and is to be stopped, too.
     */
    boolean isRepetition(Instant now) {
        return standings.stream().allMatch(Place::isStopped) && now.isBefore(doneAt().plus(ONE_PRESS));
    }

    /** Whether it was off before, whoever said so. */
    boolean wasOff() {
        return standings.stream().allMatch(Place::isOff);
    }

    /** When it was switched off; null where nothing was. */
    Instant offSince() {
        return wasOff() ? standings.get(0).standing().since() : null;
    }

    /** When the press that did it was recorded. */
    Instant doneAt() {
        return standings.get(0).standing().because().recordedAt();
    }

    /** The event that the last press wrote first. */
    UUID doneBy() {
        return standings.get(0).standing().because().eventId();
    }

    /**
     * What a press writes.
     *
     * @param shown what the person saw
     */
    List<ConsentChanged> statements(Shown shown, Instant now) {
        return standings.stream()
                .map(place -> ConsentChanged.newBuilder()
                        .setEventId(eventId(place))
                        .setSubjectId(link.subjectId())
                        .setScope(Words.same(link.scope(), fi.lupa.event.Scope.class))
                        .setWill(Words.same(will(place), fi.lupa.event.Will.class))
                        .setContactPointId(place.contactPointId())
                        .setOccurredAt(place.after(now))
                        .setRecordedAt(now)
                        .setDoor(Door.UNSUBSCRIBE_LINK)
                        .setNoticeVersion(shown.noticeVersion())
                        .setWording(shown.wording())
                        .setLanguage(shown.language())
                        .build())
                .toList();
    }

    /** Who has consented takes that back, also once more; who has not, forbids. Either suppresses from then on. */
    private static Will will(Place place) {
        return place.standing().is(ConsentStatus.GRANTED) || place.standing().is(ConsentStatus.WITHDRAWN)
                ? Will.WITHDRAW
                : Will.PROHIBIT;
    }

    /** Made of the token and of the state that the press finds: pressed twice it is the same, and said anew later it is another. */
    private UUID eventId(Place place) {
        String where = place.contactPointId() == null ? "all" : "one";
        return UUID.nameUUIDFromBytes(
                String.join("/", "unsubscribed", token, where, found).getBytes(UTF_8));
    }

    private static boolean isChannel(Scope scope) {
        return switch (scope) {
            case EMAIL, MOBILE, PHONE, POST -> true;
            case MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> false;
        };
    }
}
