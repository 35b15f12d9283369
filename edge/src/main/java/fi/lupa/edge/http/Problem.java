package fi.lupa.edge.http;

import java.util.List;

/**
 * The body of every refusal, as RFC 9457 ({@code application/problem+json}) with every fault at once.
 *
 * @param type {@code about:blank}: the status says what kind of problem it is
 * @param title the short name of the status
 * @param detail what happened and what to do, in a sentence for people
 */
public record Problem(String type, String title, int status, String detail, List<Fault> faults) {
    public Problem {
        faults = List.copyOf(faults);
    }

    static Problem of(int status, String title, String detail, List<Fault> faults) {
        return new Problem("about:blank", title, status, detail, faults);
    }
}
