package fi.lupa.consent.console;

import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.preferences.Choices;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.consent.query.ContactEntry;
import fi.lupa.consent.query.ContactHistories;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.rights.OpenedFiles;
import fi.lupa.consent.rights.PersonsStops;
import fi.lupa.consent.rights.Request;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.consent.rights.RightsHistories;
import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.SubjectFile;
import fi.lupa.permission.Policy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code /console}: where customer service and the data protection officer find a person, see what is in force and why, and
 * record what came by letter or call. Its forms go to the doors that programs use.
 */
public final class ConsoleDoor {

    private static final Role[] STAFF = Role.OF_STAFF.toArray(Role[]::new);
    private static final Role[] DESK = {Role.CUSTOMER_SERVICE, Role.DPO};

    /** How often a page looks whether what was sent counts by now. */
    private static final int MOST_LOOKS = 8;

    private final Access access;
    private final HeldSubjects subjects;
    private final OpenedFiles opened;
    private final Files files;
    private final Histories histories;
    private final ContactHistories contacts;
    private final RightsHistories rights;
    private final PersonsStops stops;
    private final RequestsDoor requests;
    private final SubjectIds ids;
    private final Policy policy;
    private final Clock clock;

    public ConsoleDoor(
            Access access,
            HeldSubjects subjects,
            Peers peers,
            Files files,
            MasterKey master,
            RequestsDoor requests,
            SubjectIds ids,
            Policy policy,
            Clock clock) {
        this.access = access;
        this.subjects = subjects;
        this.opened = new OpenedFiles(subjects, master);
        this.files = files;
        this.histories = new Histories(peers);
        this.contacts = new ContactHistories(peers);
        this.rights = new RightsHistories(subjects, peers);
        this.stops = new PersonsStops(files);
        this.requests = requests;
        this.ids = ids;
        this.policy = policy;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/console", this::home, STAFF);
        routes.post("/console/search", this::search, DESK);
        routes.get("/console/subjects/{id}", this::subject, DESK);
    }

    private void home(Context ctx) {
        Principal caller = access.require(ctx, STAFF);
        ConsolePages page = new ConsolePages(ctx, caller, access.csrfToken(ctx));
        if (Stream.of(DESK).noneMatch(caller.roles()::contains)) {
            page.show(200, "other", Map.of());
            return;
        }
        ctx.future(() -> requests.firstOpen(ctx)
                .thenCombine(access.record(ctx, null), (first, recorded) -> first)
                .thenAccept(first ->
                        page.show(200, "home", Map.of("requests", first.requests(), "more", first.next() != null))));
    }

    /** What was typed may be an address: it comes in a body, and no page's address holds it. */
    private void search(Context ctx) {
        Principal caller = access.require(ctx, DESK);
        ConsolePages page = new ConsolePages(ctx, caller, access.csrfToken(ctx));
        String typed = Objects.requireNonNullElse(ctx.formParam("who"), "").strip();
        if (typed.isEmpty() || PseudonymousIds.isId(typed)) {
            ctx.status(303).header(Header.LOCATION, typed.isEmpty() ? "/console" : Accepted.consolePage(typed));
            return;
        }
        Instant now = clock.instant();
        CompletableFuture<List<ConsentState>> found = CompletableFuture.completedFuture(new ArrayList<>());
        for (String id : candidates(typed)) {
            found = found.thenCombine(files.stateOfTheSame(ctx, id, now), (all, state) -> {
                state.filter(known ->
                                all.stream().noneMatch(one -> one.getSubjectId().equals(known.getSubjectId())))
                        .ifPresent(all::add);
                return all;
            });
        }
        CompletableFuture<List<ConsentState>> all = found;
        ctx.future(() -> all.thenCombine(access.record(ctx, null), (states, recorded) -> states)
                .thenAccept(states -> {
                    if (states.size() == 1) {
                        ctx.status(303)
                                .header(
                                        Header.LOCATION,
                                        Accepted.consolePage(states.get(0).getSubjectId()));
                    } else {
                        page.show(
                                states.isEmpty() ? 404 : 200,
                                "found",
                                Map.of(
                                        "typed",
                                        typed,
                                        "found",
                                        states.stream()
                                                .map(ConsentState::getSubjectId)
                                                .toList()));
                    }
                }));
    }

    /** The subjects that what was typed could name; a number may be a phone's or a customer's. */
    private List<String> candidates(String typed) {
        Stream<ParsedIdentifier> read = typed.indexOf('@') >= 0
                ? Stream.of(ids.contactPoints().email(typed))
                : Stream.of(
                        ids.contactPoints().customerId(typed),
                        ids.contactPoints().phone(typed));
        return read.map(ids::id).filter(Objects::nonNull).toList();
    }

    private void subject(Context ctx) {
        Principal caller = access.require(ctx, DESK);
        subjects.atHolderOfTheSame(ctx, state -> {
            Instant now = clock.instant();
            ConsolePages page = new ConsolePages(ctx, caller, access.csrfToken(ctx));
            CompletableFuture<SubjectPage> made =
                    state.getRevision() == 0 ? erased(ctx, state, page, now) : known(ctx, state, page, now);
            ctx.future(() -> made.thenCombine(access.record(ctx, state.getSubjectId()), (all, recorded) -> all)
                    .thenAccept(subject -> show(ctx, page, subject, now)));
        });
    }

    /** The state is read after the history: what the history tells of is in it, and nothing of who is erased meanwhile is shown. */
    private CompletableFuture<SubjectPage> known(Context ctx, ConsentState found, ConsolePages page, Instant now) {
        var said = histories.of(ctx, found, null);
        var done = rights.of(ctx, found, now);
        var reached = contacts.of(ctx, found);
        return CompletableFuture.allOf(said, done, reached)
                .thenCompose(read -> isErased(found.getSubjectId())
                        ? erased(ctx, found, page, now)
                        : known(ctx, found.getSubjectId(), page, now, said.join(), done.join(), reached.join()));
    }

    private CompletableFuture<SubjectPage> known(
            Context ctx,
            String subjectId,
            ConsolePages page,
            Instant now,
            List<HistoryEntry> said,
            RightsHistories.RightsOf done,
            List<ContactEntry> reached) {
        ConsentState state = PublishedState.of(opened.open(subjectId), policy);
        var choices = Choices.of(ctx, files, policy, state, now);
        var bound = stops.of(ctx, state, now);
        return CompletableFuture.allOf(choices, bound)
                .thenApply(read -> SubjectPage.of(
                        state,
                        ConsentsView.of(state, policy, now),
                        choices.join(),
                        bound.join(),
                        said,
                        done.requests(),
                        done.done(),
                        reached,
                        page.texts()));
    }

    private CompletableFuture<SubjectPage> erased(Context ctx, ConsentState state, ConsolePages page, Instant now) {
        if (!isErased(state.getSubjectId())) {
            throw HeldSubjects.nothingKnown();
        }
        return rights.of(ctx, state, now)
                .thenApply(of -> SubjectPage.erased(state.getSubjectId(), of.requests(), of.done(), page.texts()));
    }

    private boolean isErased(String subjectId) {
        SubjectFile file = subjects.file(subjectId);
        return file != null && ErasedFiles.isGone(file);
    }

    private void show(Context ctx, ConsolePages page, SubjectPage subject, Instant now) {
        String recorded = ctx.queryParam("recorded");
        String looks = Objects.requireNonNullElse(ctx.queryParam("look"), "1");
        int look = looks.matches("\\d{1,2}") ? Integer.parseInt(looks) : 1;
        Map<String, Object> values = new HashMap<>();
        values.put("subject", subject);
        values.put("topics", policy.terms().topics().keySet());
        values.put("open", subject.requests().stream().filter(Request::isOpen).toList());
        values.put("now", page.local(now));
        values.put("held", subject.held());
        values.put("dpo", page.is(Role.DPO));
        values.put("recorded", recorded != null);
        values.put(
                "lookAgain",
                recorded == null || subject.shows(recorded) || look >= MOST_LOOKS || !recorded.matches("[0-9a-f-]{36}")
                        ? ""
                        : "?recorded=%s&look=%d".formatted(recorded, look + 1));
        page.show(200, "subject", values);
    }
}
