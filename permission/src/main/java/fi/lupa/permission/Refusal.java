package fi.lupa.permission;

/**
 * One reason not to send, and the statement behind it.
 *
 * @param because null where no statement is behind it
 */
public record Refusal(Reason reason, Statement because) {

    static Refusal of(Reason reason) {
        return new Refusal(reason, null);
    }
}
