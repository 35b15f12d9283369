package fi.lupa.standalone.imports;

import static fi.lupa.standalone.imports.Lists.END;
import static fi.lupa.standalone.imports.Lists.IDS;
import static fi.lupa.standalone.imports.Lists.NOW;
import static fi.lupa.standalone.imports.Lists.email;
import static fi.lupa.standalone.imports.Lists.phone;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Customership;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Door;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.standalone.imports.Row.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of consents and stops, by what is known. */
class DecisionsTest {

    private static final Instant BEFORE = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant AFTER = Instant.parse("2026-11-20T00:00:00Z");
    private static final String AINO = email("aino@example.com");
    private static final String NUMBER = phone("0401234567");

    @TempDir
    private Path folder;

    private final Known known = new Known();

    @Test
    void aConsentFillsSilence() {
        assertThat(consent()).containsExactly(Outcome.NEW_CONSENT);
    }

    @Test
    void theSameConsentAgainChangesNothing() {
        assertThat(decide(List.of(aino(), aino()))).containsExactly(Outcome.NEW_CONSENT, Outcome.CONSENTED_ALREADY);
    }

    @Test
    void whoHasConsentedHereConsentsAlready() {
        known.learn(AINO, said(Scope.EMAIL, Will.GRANT, AINO, AFTER, null));
        assertThat(consent()).containsExactly(Outcome.CONSENTED_ALREADY);
    }

    @Test
    void whatWasWithdrawnIsNotGrantedAgainHoweverOldTheWithdrawal() {
        known.learn(AINO, said(Scope.EMAIL, Will.WITHDRAW, null, BEFORE, null));
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    @Test
    void whoDeclinedHereIsNotGrantedFor() {
        known.learn(AINO, said(Scope.EMAIL, Will.REFUSE, null, BEFORE, null));
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    @Test
    void whoLiftedAProhibitionHereHasNotConsentedByThat() {
        known.learn(AINO, said(Scope.EMAIL, Will.LIFT, null, BEFORE, null));
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    @Test
    void aStopOfTheAddressStopsAConsentForIt() {
        known.take(ContactPointStop.newBuilder()
                .setContactPointId(AINO)
                .setStops(List.of(Statements.kept(said(Scope.EMAIL, Will.WITHDRAW, AINO, BEFORE, null))))
                .build());
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    /** The stop that it left is on another scope: the list would register them again, with their name. */
    @Test
    void whomAnErasureForgotAListDoesNotBringBack() {
        Statement left = said(Scope.MOBILE, Will.PROHIBIT, AINO, BEFORE, null);
        known.take(ContactPointStop.newBuilder()
                .setContactPointId(AINO)
                .setStops(List.of(StatementInForce.newBuilder(Statements.kept(left))
                        .setDoor(fi.lupa.event.Door.ERASURE)
                        .build()))
                .build());
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    @Test
    void whoStandsForThePersonSpeaksForThemToo() {
        known.take(state(AINO, "customer-1"));
        assertThat(known.wantTheSame()).isTrue();
        assertThat(known.wantTheSame()).isFalse();
        known.learn("customer-1", said(Scope.EMAIL, Will.PROHIBIT, null, BEFORE, null));
        assertThat(consent()).containsExactly(Outcome.SAID_OTHERWISE);
    }

    /** Aino's address is in the list beside another customer's number, whom nobody has asked. */
    @Test
    void whatWasConsentedUnderAnothersAddressIsNotTheirs() {
        known.take(state(AINO, "customer-1"));
        known.learn(AINO, said(Scope.EMAIL, Will.GRANT, AINO, BEFORE, null));

        assertThat(known.of("customer-1", List.of("customer-1", AINO)).standing(Scope.EMAIL, AINO, NOW))
                .matches(standing -> standing.is(ConsentStatus.GRANTED));
        assertThat(known.of("customer-2", List.of("customer-2", AINO)).standing(Scope.EMAIL, AINO, NOW))
                .matches(standing -> standing.is(ConsentStatus.NEVER_ASKED));
    }

    @Test
    void whatCannotBeReadGrantsNothing() {
        known.cannotReadSubject(AINO);
        assertThat(consent()).containsExactly(Outcome.UNKNOWABLE);
    }

    @Test
    void withinAListAStopWinsWhereverItIs() {
        List<Said> both =
                Stream.concat(Stream.of(aino()), unsubscribed().stream()).toList();
        assertThat(decide(both)).containsExactly(Outcome.STOPPED_IN_LIST, Outcome.NEW_STOP);
    }

    @Test
    void aStopIsAddedOnce() {
        List<Said> stop = unsubscribed();
        assertThat(decide(stop)).containsExactly(Outcome.NEW_STOP);
        assertThat(decide(stop)).containsExactly(Outcome.STOPPED_ALREADY);
    }

    @Test
    void aStopGoesOverAnImportedConsentAndAnOlderOne() {
        known.learn(AINO, said(Scope.EMAIL, Will.GRANT, AINO, BEFORE, null));
        assertThat(decide(unsubscribed())).containsExactly(Outcome.NEW_STOP);
    }

    @Test
    void aNewerConsentGivenHereStays() {
        known.learn(AINO, said(Scope.EMAIL, Will.GRANT, AINO, AFTER, null));
        assertThat(decide(unsubscribed())).containsExactly(Outcome.OVERTAKEN);
    }

    @Test
    void aWithdrawalBesideAProhibitionLeavesItInForce() {
        known.learn(AINO, said(Scope.EMAIL, Will.PROHIBIT, AINO, BEFORE, null));
        assertThat(decide(unsubscribed())).containsExactly(Outcome.NEW_STOP);
        assertThat(status(Scope.EMAIL, AINO, NOW)).isEqualTo(ConsentStatus.PROHIBITED);
    }

    @Test
    void aStopThatEndsLeavesOneThatDoesNotInForce() {
        known.learn(NUMBER, said(Scope.PHONE, Will.PROHIBIT, NUMBER, BEFORE, null));
        assertThat(decide(listed())).containsExactly(Outcome.NEW_STOP);
        assertThat(decide(listed())).containsExactly(Outcome.STOPPED_ALREADY);
        assertThat(status(Scope.PHONE, NUMBER, END.plusSeconds(1))).isEqualTo(ConsentStatus.PROHIBITED);
    }

    @Test
    void aStopThatEndsLaterProlongsOne() {
        known.learn(NUMBER, said(Scope.PHONE, Will.PROHIBIT, NUMBER, BEFORE, END.minusSeconds(1)));
        assertThat(decide(listed())).containsExactly(Outcome.NEW_STOP);
        known.learn(NUMBER, said(Scope.PHONE, Will.PROHIBIT, NUMBER, AFTER, END.plusSeconds(1)));
        assertThat(decide(listed())).containsExactly(Outcome.STOPPED_ALREADY);
    }

    private ConsentStatus status(Scope scope, String point, Instant at) {
        return known.of(point, List.of(point)).standing(scope, point, at).status();
    }

    private List<Outcome> consent() {
        return decide(List.of(aino()));
    }

    private List<Outcome> decide(List<Said> list) {
        Decisions decisions = new Decisions(known, IDS, NOW);
        list.forEach(decisions::note);
        return list.stream().map(decisions::decide).toList();
    }

    private Said aino() {
        return list("mailchimp", "subscribed.csv", "Email Address,CONFIRM_TIME\naino@example.com,2023-03-15 17:53:10\n")
                .get(0);
    }

    private List<Said> unsubscribed() {
        return list(
                "mailchimp",
                "unsubscribed.csv",
                "Email Address,CONFIRM_TIME,UNSUB_TIME\naino@example.com,,2023-06-30 21:15:00\n");
    }

    private List<Said> listed() {
        return list("prohibition-phone", "kiellot.csv", "Puhelinnumero\n040 123 4567\n");
    }

    private List<Said> list(String mapping, String name, String text) {
        try {
            return Lists.said(Lists.read(mapping, Files.writeString(folder.resolve(name), text), false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConsentState state(String id, String sameAs) {
        return ConsentState.newBuilder()
                .setSubjectId(id)
                .setKind(SubjectKind.PERSON)
                .setKindSince(BEFORE)
                .setCustomership(Customership.NONE)
                .setRevision(1)
                .setSameAs(sameAs)
                .build();
    }

    private static Statement said(Scope scope, Will will, String point, Instant at, Instant validUntil) {
        return new Statement(
                UUID.randomUUID(), scope, will, point, at, at, Door.PREFERENCE_PAGE, false, null, validUntil, null);
    }
}
