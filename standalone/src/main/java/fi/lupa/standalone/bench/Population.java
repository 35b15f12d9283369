package fi.lupa.standalone.bench;

import fi.lupa.event.Collection;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** People who have filled in a form: of five, three consent to email, and of those some take it back one after another. */
final class Population {

    static final int OF = 5;
    private static final int CONSENT = 3;

    private final String[] subjectIds;
    private final int mayWithdraw;
    private final AtomicInteger withdrawn = new AtomicInteger();
    private final AtomicInteger messages = new AtomicInteger();

    /** @param withdrawals how many are to take their consent back, at most every fifth */
    Population(Services services, int people, int withdrawals) {
        this.subjectIds = IntStream.range(0, people)
                .parallel()
                .mapToObj(services::subjectId)
                .toArray(String[]::new);
        this.mayWithdraw = Math.min(withdrawals, people / OF);
    }

    int size() {
        return subjectIds.length;
    }

    String subjectId(int person) {
        return subjectIds[person];
    }

    private static boolean consents(int person) {
        return person % OF < CONSENT;
    }

    private boolean mayWithdraw(int person) {
        return person % OF == 0 && person / OF < mayWithdraw;
    }

    /** Somebody who consents still and is to take it back now. */
    int withdrawing() {
        return withdrawn.getAndIncrement() * OF;
    }

    /** Whether an email may go to somebody, while nobody is in the midst of a withdrawal. */
    boolean permits(int person) {
        return consents(person) && !(mayWithdraw(person) && person / OF < withdrawn.get());
    }

    /** Somebody who does not withdraw, from a number below the size. */
    int anybody(int number) {
        return mayWithdraw(number) ? number + 1 : number;
    }

    /** The number of the next message to any of them. */
    int nextMessage() {
        return messages.getAndIncrement();
    }

    /** What somebody sent in first. */
    FormSubmitted form(int person, Instant at) {
        return FormSubmitted.newBuilder()
                .setEventId(new UUID(0, person))
                .setOccurredAt(at)
                .setReceivedAt(at)
                .setFormId(Services.FORM)
                .setFormType(FormType.NEWSLETTER)
                .setSite(Services.FORM)
                .setSubjectKind(SubjectKind.PERSON)
                .setPersonal(FormPersonalData.newBuilder()
                        .setEmail(Services.email(person))
                        .setName("Aino Korhonen")
                        .build())
                .setStatements(
                        consents(person)
                                ? List.of(FormStatement.newBuilder()
                                        .setScope(Scope.EMAIL)
                                        .setWill(Will.GRANT)
                                        .setWording("Minulle saa lähettää tarjouksia sähköpostitse.")
                                        .build())
                                : List.of())
                .setLanguage("fi")
                .setCollection(Collection.WEBSITE_SERVER)
                .build();
    }
}
