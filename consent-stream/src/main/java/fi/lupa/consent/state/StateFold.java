package fi.lupa.consent.state;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.SubjectKind;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactPoint;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folds statements and forms into the state of one subject.
 *
 * <p>Order and repetition do not matter: statements fold by the law of {@link Consents}, a dated fact is replaced only by a
 * later one, sets only grow. Of two facts of the same instant the greater by content stays, so that every machine keeps the
 * same. The revision alone counts changes, and is the same however often an event is repeated.
 */
public final class StateFold {

    /** A state that outgrew its topic would stay unwritten, and withdrawals in it unread: texts are cut, tags counted. */
    private static final int LONGEST_TEXT = 1_000;

    private static final int MOST_TAGS = 200;

    private StateFold() {}

    /** The state after a statement; {@code before} is null for a subject not heard of. */
    public static ConsentState after(ConsentState before, String subjectId, ConsentChanged changed) {
        ConsentState state = before == null ? unknown(subjectId) : before;
        Consents consents = Subjects.consents(state).with(Statements.of(changed));
        return revised(
                state,
                ConsentState.newBuilder(state)
                        .setStatements(consents.statements().stream()
                                .map(Statements::kept)
                                .toList()));
    }

    /**
     * The state after a form; {@code before} is null for a subject not heard of.
     *
     * @param identity the form's identifiers and contact points, normalised
     */
    public static ConsentState after(ConsentState before, String subjectId, FormSubmitted form, FormIdentity identity) {
        ConsentState state = before == null ? unknown(subjectId) : before;
        Instant at = form.getOccurredAt();
        ConsentState.Builder next = ConsentState.newBuilder(state)
                .setPersonal(personal(state.getPersonal(), form.getPersonal(), identity, at))
                .setContactPoints(contactPoints(state.getContactPoints(), identity, at))
                .setTags(union(state.getTags(), form.getTags()))
                .setLanguage(later(state.getLanguage(), form.getLanguage(), at))
                .setRegisteredAt(earlier(state.getRegisteredAt(), at));
        if (laterKind(state, form)) {
            next.setKind(form.getSubjectKind()).setKindSince(at);
        }
        if (form.getPersonal().getCustomerId() != null) {
            next.setCustomership(Customership.CUSTOMER);
        }
        return revised(state, next);
    }

    private static ConsentState unknown(String subjectId) {
        return ConsentState.newBuilder()
                .setSubjectId(subjectId)
                .setKind(SubjectKind.PERSON)
                .setKindSince(Instant.EPOCH)
                .setCustomership(Customership.NONE)
                .setRevision(0)
                .build();
    }

    private static ConsentState revised(ConsentState before, ConsentState.Builder changed) {
        ConsentState next = changed.build();
        next = ConsentState.newBuilder(next)
                .setEssentialOnly(Subjects.of(next).essentialOnly())
                .build();
        return next.equals(before)
                ? before
                : ConsentState.newBuilder(next)
                        .setRevision(before.getRevision() + 1)
                        .build();
    }

    /** At the same instant, a person is the stricter reading: an organisation needs no consent (R8). */
    private static boolean laterKind(ConsentState state, FormSubmitted form) {
        int order = form.getOccurredAt().compareTo(state.getKindSince());
        return order > 0 || (order == 0 && form.getSubjectKind() == SubjectKind.PERSON);
    }

    private static StatePersonalData personal(
            StatePersonalData known, FormPersonalData form, FormIdentity identity, Instant at) {
        StatePersonalData before =
                known == null ? StatePersonalData.newBuilder().build() : known;
        Map<String, String> addresses = new HashMap<>(before.getContactPoints());
        identity.contactPoints().forEach(point -> addresses.put(point.id(), point.address()));
        return StatePersonalData.newBuilder()
                .setCustomerId(form.getCustomerId() == null ? before.getCustomerId() : form.getCustomerId())
                .setName(later(before.getName(), form.getName(), at))
                .setOrganisation(later(before.getOrganisation(), form.getOrganisation(), at))
                .setContactPoints(addresses)
                .build();
    }

    private static List<KnownContactPoint> contactPoints(
            List<KnownContactPoint> known, FormIdentity identity, Instant at) {
        Stream<ContactPoint> given =
                identity.contactPoints().stream().map(point -> new ContactPoint(point.kind(), point.id(), at, at));
        return Stream.concat(known.stream().map(Subjects::of), given)
                .collect(Collectors.toMap(ContactPoint::id, Function.identity(), ContactPoint::join))
                .values()
                .stream()
                .sorted(ContactPoint.LATEST_FIRST)
                .map(Subjects::known)
                .toList();
    }

    private static List<String> union(List<String> known, List<String> more) {
        TreeSet<String> all = new TreeSet<>(known);
        more.forEach(tag -> all.add(cut(tag)));
        // The first by name, whatever came first.
        return all.stream().limit(MOST_TAGS).toList();
    }

    private static DatedText later(DatedText known, String written, Instant at) {
        if (written == null) {
            return known;
        }
        String text = cut(written);
        if (known != null) {
            int order = at.compareTo(known.getSince());
            if (order < 0 || (order == 0 && text.compareTo(known.getValue()) <= 0)) {
                return known;
            }
        }
        return DatedText.newBuilder().setValue(text).setSince(at).build();
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT));
    }

    private static Instant earlier(Instant known, Instant at) {
        return known != null && known.isBefore(at) ? known : at;
    }
}
