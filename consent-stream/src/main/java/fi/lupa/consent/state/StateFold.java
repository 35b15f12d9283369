package fi.lupa.consent.state;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.RetractedContactPoint;
import fi.lupa.event.SentForm;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Folds statements and forms into the state of one subject, and the states of one and the same person into one.
 *
 * <p>Order and repetition do not matter: statements fold by the law of {@link Consents}, a dated fact is replaced only by a
 * later one, sets only grow. Of two facts of the same instant the greater by content stays, so that every machine keeps the
 * same. An address or number that was retracted is gone until it is given later than that. The revision and what is derived from the whole are left to {@link SubjectFiles}.
 */
final class StateFold {

    /** A state that outgrew its topic would stay unwritten, and withdrawals in it unread: texts are cut, tags and forms counted. */
    private static final int LONGEST_TEXT = 1_000;

    private static final int MOST_TAGS = 200;

    private static final int MOST_FORMS = 200;

    /** Whole, so that who copies it looks up no default of the schema. */
    private static final ConsentState NOBODY = ConsentState.newBuilder()
            .setSubjectId("")
            .setKind(SubjectKind.PERSON)
            .setKindSince(Instant.EPOCH)
            .setCustomership(Customership.NONE)
            .setRevision(0)
            .build();

    private static final Instant END_OF_TIME = Instant.ofEpochMilli(Long.MAX_VALUE);

    private StateFold() {}

    /** Nothing is known yet. */
    static ConsentState unknown(String subjectId) {
        return copy(NOBODY).setSubjectId(subjectId).build();
    }

    /** The state after a statement. */
    static ConsentState after(ConsentState state, ConsentChanged changed) {
        return withConsents(state, Subjects.consents(state).with(Statements.of(changed)));
    }

    /** The state with its statements folded anew from all that was ever said. */
    static ConsentState refolded(ConsentState state, List<ConsentChanged> history) {
        return withConsents(
                state, Consents.of(history.stream().map(Statements::of).toList()));
    }

    /**
     * The state after a form.
     *
     * @param identity the form's identifiers and contact points, normalised
     */
    static ConsentState after(ConsentState state, FormSubmitted form, FormIdentity identity) {
        FormPersonalData person = form.getPersonal();
        Instant at = form.getOccurredAt();
        StatePersonalData personal = StatePersonalData.newBuilder()
                .setCustomerId(person.getCustomerId())
                .setName(dated(person.getName(), at))
                .setOrganisation(dated(person.getOrganisation(), at))
                .setContactPoints(identity.contactPoints().stream()
                        .collect(Collectors.toMap(FormIdentity.Reached::id, FormIdentity.Reached::address)))
                .build();
        ConsentState told = copy(unknown(state.getSubjectId()))
                .setKind(form.getSubjectKind())
                .setKindSince(at)
                .setPersonal(personal)
                .setContactPoints(identity.contactPoints().stream()
                        .map(point -> Subjects.known(new ContactPoint(point.kind(), point.id(), at, at, false)))
                        .toList())
                .setTags(form.getTags())
                .setForms(List.of(new SentForm(cut(form.getFormId()), at)))
                .setLanguage(dated(form.getLanguage(), at))
                .setRegisteredAt(at)
                .setCustomership(person.getCustomerId() == null ? Customership.NONE : Customership.CUSTOMER)
                .build();
        return join(state, told);
    }

    /** The state after an address or number was said not to be the subject's. */
    static ConsentState retracted(ConsentState state, String contactPointId, Instant at) {
        RetractedContactPoint mark = new RetractedContactPoint(contactPointId, at);
        return join(
                state,
                copy(unknown(state.getSubjectId())).setRetracted(List.of(mark)).build());
    }

    /** The marks after which an address or number is not the subject's: of two for the same, the later. */
    private static List<RetractedContactPoint> retracted(
            List<RetractedContactPoint> one, List<RetractedContactPoint> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return List.copyOf(Stream.concat(one.stream(), other.stream())
                .collect(Collectors.toMap(
                        RetractedContactPoint::getContactPointId,
                        Function.identity(),
                        (mark, more) -> mark.getAt().isBefore(more.getAt()) ? more : mark,
                        TreeMap::new))
                .values());
    }

    /**
     * The state without the addresses that these marks take from the subject, in the clear and sealed. The pseudonymous points
     * stay with their times: what is given later than its mark is the subject's again, whichever is heard first.
     */
    static ConsentState withoutRetracted(ConsentState state, List<RetractedContactPoint> marks) {
        if (marks.isEmpty() || state.getPersonal() == null) {
            return state;
        }
        Set<String> gone = gone(state, marks);
        StatePersonalData personal = state.getPersonal();
        if (gone.stream().noneMatch(personal.getContactPoints()::containsKey)) {
            return state;
        }
        Map<String, String> left = new HashMap<>(personal.getContactPoints());
        left.keySet().removeAll(gone);
        return copy(state)
                .setPersonal(new StatePersonalData(
                        personal.getCustomerId(), personal.getName(), personal.getOrganisation(), left))
                .build();
    }

    /** The state without one of its addresses or numbers. */
    static ConsentState withoutContactPoint(ConsentState state, String id) {
        ConsentState left = withoutRetracted(state, List.of(new RetractedContactPoint(id, END_OF_TIME)));
        return copy(left)
                .setContactPoints(left.getContactPoints().stream()
                        .filter(point -> !point.getId().equals(id))
                        .toList())
                .build();
    }

    /** The state as others see it: of what was retracted, nothing. */
    static ConsentState shown(ConsentState state) {
        if (state.getRetracted().isEmpty()) {
            return state;
        }
        Set<String> gone = gone(state, state.getRetracted());
        return copy(state)
                .setContactPoints(state.getContactPoints().stream()
                        .filter(point -> !gone.contains(point.getId()))
                        .toList())
                .setRetracted(List.of())
                .build();
    }

    private static Set<String> gone(ConsentState state, List<RetractedContactPoint> marks) {
        Map<String, Instant> at = marks.stream()
                .collect(Collectors.toMap(RetractedContactPoint::getContactPointId, RetractedContactPoint::getAt));
        return state.getContactPoints().stream()
                .filter(point ->
                        at.containsKey(point.getId()) && !point.getSince().isAfter(at.get(point.getId())))
                .map(KnownContactPoint::getId)
                .collect(Collectors.toSet());
    }

    /** The state with the addresses and numbers, but for those whose ids are given, as anybody may have typed them. */
    static ConsentState unverifiedBut(ConsentState state, Predicate<String> ids) {
        return copy(state)
                .setContactPoints(sorted(state.getContactPoints().stream()
                        .map(Subjects::of)
                        .map(point -> new ContactPoint(
                                point.kind(),
                                point.id(),
                                point.first(),
                                point.since(),
                                point.unverified() || !ids.test(point.id())))))
                .build();
    }

    /**
     * What the state says of whole scopes, and nothing else of the subject. That an address was not to be written to, without a no
     * that binds the address, counts for all of them: else an import would find silence.
     */
    static ConsentState ofWholeScopes(ConsentState state) {
        List<StatementInForce> whole = state.getStatements().stream()
                .filter(said -> said.getContactPointId() == null || said.getWill() == Will.REFUSE)
                .map(said -> StatementInForce.newBuilder(said)
                        .setContactPointId(null)
                        .build())
                .toList();
        ConsentState left = copy(state)
                .setPersonal(null)
                .setContactPoints(List.of())
                .setStatements(whole)
                .setTags(List.of())
                .setForms(List.of())
                .build();
        return withConsents(left, Subjects.consents(left));
    }

    /** The state as it counts for each of several who share its subject. */
    static ConsentState ofSeveral(ConsentState state) {
        return withConsents(state, Subjects.consents(state).ofSeveral());
    }

    /** The state with what another says no to as a whole; what they said no to for an address, binds the address. */
    static ConsentState withNoes(ConsentState state, ConsentState other) {
        List<Statement> noes = other.getStatements().stream()
                .filter(said -> said.getContactPointId() == null
                        && (said.getWill() == Will.PROHIBIT || said.getWill() == Will.WITHDRAW))
                .map(Statements::of)
                .toList();
        return noes.isEmpty()
                ? state
                : withConsents(state, Subjects.consents(state).join(Consents.of(noes)));
    }

    /** Whatever a state may have many of. */
    static int entries(ConsentState state) {
        return state.getContactPoints().size()
                + state.getStatements().size()
                + state.getTags().size()
                + state.getForms().size()
                + state.getClaimedBy().size();
    }

    /** Both as if one person had said it all, under the first's id. */
    static ConsentState join(ConsentState one, ConsentState other) {
        boolean othersKind = kindCountsOver(other, one);
        ConsentState joined = copy(one)
                .setKind(othersKind ? other.getKind() : one.getKind())
                .setKindSince(othersKind ? other.getKindSince() : one.getKindSince())
                .setPersonal(join(one.getPersonal(), other.getPersonal()))
                .setContactPoints(contactPoints(one.getContactPoints(), other.getContactPoints()))
                .setRetracted(retracted(one.getRetracted(), other.getRetracted()))
                .setTags(union(one.getTags(), other.getTags()))
                .setForms(forms(one.getForms(), other.getForms()))
                .setLanguage(later(one.getLanguage(), other.getLanguage()))
                .setRegisteredAt(earlier(one.getRegisteredAt(), other.getRegisteredAt()))
                .setCustomership(stronger(one.getCustomership(), other.getCustomership()))
                .build();
        ConsentState left = withoutRetracted(joined, joined.getRetracted());
        return other.getStatements().isEmpty() && other.getPermittedBySeveral().isEmpty()
                ? left
                : withConsents(left, Subjects.consents(one).join(Subjects.consents(other)));
    }

    /** A builder with the state's own parts, what is sealed left out: unlike Avro's, it does not copy what stays. */
    static ConsentState.Builder copy(ConsentState state) {
        return ConsentState.newBuilder()
                .setSubjectId(state.getSubjectId())
                .setKind(state.getKind())
                .setKindSince(state.getKindSince())
                .setPersonal(state.getPersonal())
                .setContactPoints(state.getContactPoints())
                .setRetracted(state.getRetracted())
                .setStatements(state.getStatements())
                .setPermittedBySeveral(state.getPermittedBySeveral())
                .setTags(state.getTags())
                .setForms(state.getForms())
                .setLanguage(state.getLanguage())
                .setRegisteredAt(state.getRegisteredAt())
                .setCustomership(state.getCustomership())
                .setEssentialOnly(state.getEssentialOnly())
                .setRevision(state.getRevision())
                .setSealed(null)
                .setWrappedKey(null)
                .setSameAs(state.getSameAs())
                .setAlsoKnownAs(state.getAlsoKnownAs())
                .setClaimedBy(state.getClaimedBy())
                .setPossibleDuplicates(state.getPossibleDuplicates());
    }

    private static ConsentState withConsents(ConsentState state, Consents consents) {
        return copy(state)
                .setStatements(kept(consents.statements()))
                .setPermittedBySeveral(kept(consents.permittedBySeveral()))
                .build();
    }

    private static List<StatementInForce> kept(Collection<Statement> statements) {
        return statements.stream().map(Statements::kept).toList();
    }

    /**
     * Who ever filled in a form as a person is one, whatever a later form says: an organisation needs no consent (R8), and
     * anybody can type anybody's address into an organisation's form.
     */
    private static boolean kindCountsOver(ConsentState one, ConsentState other) {
        boolean onesWord = one.getKindSince().isAfter(Instant.EPOCH);
        boolean othersWord = other.getKindSince().isAfter(Instant.EPOCH);
        if (!onesWord || !othersWord || one.getKind() == other.getKind()) {
            return one.getKindSince().isAfter(other.getKindSince());
        }
        return one.getKind() == SubjectKind.PERSON;
    }

    private static StatePersonalData join(StatePersonalData one, StatePersonalData other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        Map<String, String> addresses = new HashMap<>(other.getContactPoints());
        addresses.putAll(one.getContactPoints());
        return StatePersonalData.newBuilder()
                .setCustomerId(one.getCustomerId() == null ? other.getCustomerId() : one.getCustomerId())
                .setName(later(one.getName(), other.getName()))
                .setOrganisation(later(one.getOrganisation(), other.getOrganisation()))
                .setContactPoints(addresses)
                .build();
    }

    private static List<KnownContactPoint> contactPoints(List<KnownContactPoint> one, List<KnownContactPoint> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? sorted(other.stream().map(Subjects::of)) : one;
        }
        return sorted(Stream.concat(one.stream(), other.stream())
                .map(Subjects::of)
                .collect(Collectors.toMap(ContactPoint::id, Function.identity(), ContactPoint::join))
                .values()
                .stream());
    }

    private static List<KnownContactPoint> sorted(Stream<ContactPoint> points) {
        return points.sorted(ContactPoint.FIRST_TO_USE).map(Subjects::known).toList();
    }

    private static List<String> union(List<String> known, List<String> more) {
        TreeSet<String> all = new TreeSet<>(known);
        more.forEach(tag -> all.add(cut(tag)));
        // The first by name, whatever came first.
        return all.stream().limit(MOST_TAGS).toList();
    }

    private static List<SentForm> forms(List<SentForm> known, List<SentForm> more) {
        if (known.isEmpty() || more.isEmpty()) {
            return known.isEmpty() ? more : known;
        }
        return Stream.concat(known.stream(), more.stream())
                .collect(Collectors.toMap(
                        SentForm::getFormId,
                        Function.identity(),
                        (one, other) -> one.getLatest().isBefore(other.getLatest()) ? other : one,
                        TreeMap::new))
                .values()
                .stream()
                .limit(MOST_FORMS)
                .toList();
    }

    private static DatedText dated(String text, Instant at) {
        return text == null
                ? null
                : DatedText.newBuilder().setValue(cut(text)).setSince(at).build();
    }

    private static DatedText later(DatedText one, DatedText other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int order = one.getSince().compareTo(other.getSince());
        return order > 0 || (order == 0 && one.getValue().compareTo(other.getValue()) >= 0) ? one : other;
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    private static Customership stronger(Customership one, Customership other) {
        return one == Customership.NONE ? other : one;
    }
}
