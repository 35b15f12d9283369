package fi.lupa.edge.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A refusal on its way to the door, thrown by a handler or by the future that a handler waits for. */
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;
    private final transient Duration retryAfter;

    /** A refusal with an HTTP status of 400 or above; {@code retryAfter} is null where trying again does not help. */
    public ProblemException(int status, String title, String detail, List<Fault> faults, Duration retryAfter) {
        super(title, null, false, false);
        this.problem = Problem.of(status, title, detail, faults);
        this.retryAfter = retryAfter;
    }

    public Problem problem() {
        return problem;
    }

    /** How long to wait before the same request may succeed. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** 400 with every fault of the request. */
    public static ProblemException badRequest(List<Fault> faults) {
        String detail = faults.size() == 1
                ? "The request has a fault; correct it and send the request again."
                : "The request has %d faults; correct them and send the request again.".formatted(faults.size());
        return new ProblemException(400, "Bad Request", detail, faults, null);
    }

    /** 401: nobody that is known. */
    public static ProblemException unauthorized() {
        return refusal(
                401, "Unauthorized", "A valid key or token is needed; send it as \"Authorization: Bearer <key>\".");
    }

    /** 403: the caller is known and may not do this; where there is a caller, the refusal is recorded first. */
    public static ProblemException forbidden(String detail) {
        return refusal(403, "Forbidden", detail);
    }

    /** 404. */
    public static ProblemException notFound(String detail) {
        return refusal(404, "Not Found", detail);
    }

    /** 409: the request contradicts what is already recorded. */
    public static ProblemException conflict(String detail) {
        return refusal(409, "Conflict", detail);
    }

    /** 408: the body comes too slowly. */
    public static ProblemException tooSlow() {
        return refusal(408, "Request Timeout", "The body comes too slowly to be waited for; send it again.");
    }

    /** 413: the body is longer than {@code limit} bytes. */
    public static ProblemException tooLarge(long limit) {
        return refusal(
                413, "Content Too Large", "The body is longer than the %d bytes that are read.".formatted(limit));
    }

    /** 415. */
    public static ProblemException unsupportedMediaType(String detail) {
        return refusal(415, "Unsupported Media Type", detail);
    }

    /** 429: too many requests of one caller. */
    public static ProblemException tooManyRequests(Duration retryAfter) {
        String detail = "Too many requests came in a short time; wait a moment and try again.";
        return new ProblemException(429, "Too Many Requests", detail, List.of(), retryAfter);
    }

    /** 503: what the request needs is out of reach now; nothing was recorded. */
    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return new ProblemException(503, "Service Unavailable", detail, List.of(), retryAfter);
    }

    private static ProblemException refusal(int status, String title, String detail) {
        return new ProblemException(status, title, detail, List.of(), null);
    }
}
