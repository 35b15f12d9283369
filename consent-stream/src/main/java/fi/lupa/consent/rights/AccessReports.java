package fi.lupa.consent.rights;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.consent.query.ContactEntry;
import fi.lupa.consent.query.ContactHistories;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.rights.AccessReport.Address;
import fi.lupa.consent.rights.AccessReport.Asked;
import fi.lupa.consent.rights.AccessReport.Cleared;
import fi.lupa.consent.rights.AccessReport.Dated;
import fi.lupa.consent.rights.AccessReport.Form;
import fi.lupa.consent.rights.AccessReport.Handler;
import fi.lupa.consent.rights.AccessReport.Kept;
import fi.lupa.consent.rights.AccessReport.Link;
import fi.lupa.consent.rights.AccessReport.Messages;
import fi.lupa.consent.rights.AccessReport.Person;
import fi.lupa.consent.rights.AccessReport.Place;
import fi.lupa.consent.rights.AccessReport.Sender;
import fi.lupa.consent.rights.AccessReport.Stop;
import fi.lupa.consent.rights.AccessReport.Suppressed;
import fi.lupa.consent.rights.AccessReport.Ticked;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.Copies.Copy;
import fi.lupa.edge.kafka.Copies.Found;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectKey;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topic.Cleanup;
import fi.lupa.schemas.topic.Topics;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Collects everything that is stored about a person: from the file and the histories of whichever instances hold them, and,
 * what no store indexes, from the topics themselves.
 */
final class AccessReports {

    private static final Set<Topic<?>> OF_CAMPAIGNS = Set.of(Topics.CAMPAIGN_DEFINITIONS, Topics.CAMPAIGN_LAUNCHES);

    private static final List<Topic<?>> OF_THE_PERSON = Stream.concat(
                    Stream.of(
                            Topics.FORMS_SUBMITTED,
                            Topics.SUBJECT_LINKS,
                            Topics.SUBJECT_KEYS,
                            Topics.CAMPAIGN_MESSAGES,
                            Topics.CAMPAIGN_SUPPRESSED),
                    Arrays.stream(Channel.values()).map(Topics::cleared))
            .collect(Collectors.toUnmodifiableList());

    private final HeldSubjects subjects;
    private final OpenedFiles files;
    private final PersonsStops stops;
    private final Histories histories;
    private final ContactHistories contacts;
    private final RightsHistories rights;
    private final Copies copies;
    private final MasterKey master;
    private final Policy policy;
    private final Optional<Controller> controller;

    AccessReports(
            HeldSubjects subjects,
            Peers peers,
            Files others,
            Copies copies,
            MasterKey master,
            Policy policy,
            Optional<Controller> controller) {
        this.subjects = subjects;
        this.files = new OpenedFiles(subjects, master);
        this.stops = new PersonsStops(others);
        this.histories = new Histories(peers);
        this.contacts = new ContactHistories(peers);
        this.rights = new RightsHistories(subjects, peers);
        this.copies = copies;
        this.master = master;
        this.policy = policy;
        this.controller = controller;
    }

    /** What was collected of one person before it is put together. */
    private record Parts(
            ConsentState state, Found found, Map<String, CampaignDefined> campaigns, Map<String, Seal> seals) {
        @Override
        public String toString() {
            return "Parts[" + state.getSubjectId() + "]";
        }
    }

    /**
     * The report on a person whom this instance holds.
     *
     * @param language of its sentences
     */
    CompletableFuture<AccessReport> of(Context ctx, String subjectId, String language, Instant now) {
        SubjectFile file = files.open(subjectId);
        ConsentState inForce = PublishedState.of(file, policy);
        // The noes that others said, too, under an address that they share count; all else of it is theirs.
        ConsentState state = PublishedState.ofItsOwn(file, policy);
        List<String> alsoKnownAs = PublishedState.aliases(state);
        Set<String> names = new LinkedHashSet<>(List.of(subjectId));
        names.addAll(alsoKnownAs);
        var said = histories.of(ctx, state, null);
        var done = rights.of(ctx, state, now);
        CompletableFuture<List<Stop>> stops = this.stops.of(ctx, state, now);
        var reached = contacts.of(ctx, state);
        CompletableFuture<Parts> parts = copies.under(names, OF_THE_PERSON)
                .thenCombine(
                        copies.under(Set.of(), List.of(Topics.CAMPAIGN_DEFINITIONS)),
                        (found, campaigns) -> new Parts(state, found, campaigns(campaigns), seals(found, subjectId)));
        return CompletableFuture.allOf(said, done, stops, reached, parts).thenApply(all -> {
            List<Form> forms = forms(parts.join());
            Messages messages = messages(parts.join(), reached.join());
            return new AccessReport(
                    subjectId,
                    alsoKnownAs,
                    now,
                    language,
                    Person.of(state, position(forms)),
                    forms,
                    said.join(),
                    ConsentsView.of(inForce, policy, now).inForce(),
                    stops.join(),
                    links(parts.join().found(), names),
                    inForce.getPossibleDuplicates().size(),
                    done.join().requests(),
                    done.join().done(),
                    messages,
                    handlers(messages, parts.join().campaigns(), language),
                    controller
                            .map(known -> Controller.in(known.retention(), language))
                            .orElse(List.of()),
                    places());
        });
    }

    private static Map<String, CampaignDefined> campaigns(Found found) {
        Map<String, CampaignDefined> newest = new HashMap<>();
        found.in(Topics.CAMPAIGN_DEFINITIONS).forEach(copy -> newest.put(copy.key(), copy.value()));
        newest.values().removeIf(campaign -> campaign == null);
        return newest;
    }

    /** What the forms under each name are sealed with: this instance holds the person's own key, the topic tells the others. */
    private Map<String, Seal> seals(Found found, String subjectId) {
        Map<String, SubjectKey> newest = new HashMap<>();
        found.in(Topics.SUBJECT_KEYS).forEach(copy -> newest.put(copy.key(), copy.value()));
        newest.put(subjectId, subjects.key(subjectId));
        Map<String, Seal> seals = new HashMap<>();
        newest.forEach((name, key) -> {
            Seal seal = master.sealOf(key);
            if (seal != null) {
                seals.put(name, seal);
            }
        });
        return seals;
    }

    /** Forms of before an erasure open for nobody, and are not shown: there is nothing left to show. */
    private static List<Form> forms(Parts parts) {
        List<Form> forms = new ArrayList<>();
        for (Copy<FormSubmitted> copy : parts.found().in(Topics.FORMS_SUBMITTED)) {
            Seal seal = parts.seals().get(copy.key());
            if (copy.value() == null || seal == null) {
                continue;
            }
            try {
                FormPersonalData personal = copy.value().getSealed() == null
                        ? copy.value().getPersonal()
                        : seal.openForm(
                                copy.value().getSealed(),
                                copy.key(),
                                copy.value().getEventId());
                forms.add(form(copy.key(), copy.value(), personal));
            } catch (UnopenableException e) {
                // Sealed under a key that an erasure has destroyed; the person has come back since.
            }
        }
        forms.sort(Comparator.comparing(Form::occurredAt).thenComparing(Form::eventId));
        // At least once: the same form may have been written again after a crash.
        return forms.stream().distinct().toList();
    }

    private static Form form(String name, FormSubmitted form, FormPersonalData personal) {
        return new Form(
                form.getEventId(),
                name,
                form.getFormId(),
                form.getFormType(),
                form.getSite(),
                form.getOccurredAt(),
                form.getReceivedAt(),
                form.getCollection(),
                form.getNoticeVersion(),
                form.getLanguage(),
                form.getTags(),
                form.getCampaignId(),
                form.getStatements().stream()
                        .map(said -> new Ticked(
                                said.getScope(),
                                said.getTopic(),
                                said.getWill(),
                                said.getWording(),
                                said.getAwaitsConfirmation()))
                        .toList(),
                new Sender(
                        personal.getCustomerId(),
                        personal.getEmail(),
                        personal.getPhone(),
                        personal.getName(),
                        personal.getOrganisation(),
                        personal.getPosition(),
                        Address.of(personal.getAddress()),
                        personal.getBilling(),
                        personal.getFields()));
    }

    /** What a state does not keep, the newest form that tells it does. */
    private static Dated position(List<Form> forms) {
        return forms.stream()
                .filter(form -> form.sender().position() != null)
                .reduce((earlier, later) -> later)
                .map(form -> new Dated(form.sender().position(), form.occurredAt()))
                .orElse(null);
    }

    /** What links two of the person's own names; what was once thought of others is theirs. */
    private static List<Link> links(Found found, Set<String> names) {
        return values(found, Topics.SUBJECT_LINKS)
                .filter(linked -> names.contains(linked.getSameAs()))
                .collect(Collectors.toMap(SubjectLinked::getEventId, Function.identity(), (one, same) -> one))
                .values()
                .stream()
                .map(linked -> new Link(
                        linked.getEventId(),
                        linked.getSubjectId(),
                        linked.getSameAs(),
                        linked.getLinked(),
                        linked.getGround(),
                        linked.getOccurredAt(),
                        linked.getRecordedAt(),
                        linked.getRecordedBy(),
                        linked.getEvidence(),
                        linked.getCausedBy()))
                .sorted(Comparator.comparing(Link::recordedAt).thenComparing(Link::eventId))
                .toList();
    }

    private static Messages messages(Parts parts, List<ContactEntry> reached) {
        Found found = parts.found();
        return new Messages(
                values(found, Topics.CAMPAIGN_MESSAGES)
                        .sorted(Comparator.comparing(CampaignMessage::getRequestedAt))
                        .map(message -> new Asked(
                                message.getMessageId(),
                                message.getCampaignId(),
                                message.getChannel(),
                                message.getTemplate(),
                                message.getPersonal() == null
                                        ? Map.of()
                                        : parameters(
                                                message.getCampaignId(),
                                                message.getPersonal().getParameters()),
                                message.getRequestedAt()))
                        .toList(),
                cleared(parts, reached),
                values(found, Topics.CAMPAIGN_SUPPRESSED)
                        .sorted(Comparator.comparing(MessageSuppressed::getDecidedAt))
                        .map(message -> new Suppressed(
                                message.getMessageId(),
                                message.getCampaignId(),
                                message.getChannel(),
                                message.getReasons(),
                                message.getDecidedAt(),
                                message.getPolicyVersion()))
                        .toList());
    }

    /** What went out, with its words as long as those are kept. */
    private static List<Cleared> cleared(Parts parts, List<ContactEntry> reached) {
        Map<List<Object>, Cleared> cleared = new HashMap<>();
        Map<String, String> addresses = parts.state().getPersonal() == null
                ? Map.of()
                : parts.state().getPersonal().getContactPoints();
        reached.forEach(made -> cleared.put(
                List.of(made.campaignId(), made.messageId(), made.subjectId(), made.clearedAt()),
                cleared(made, addresses.get(made.contactPointId()))));
        Arrays.stream(Channel.values())
                .flatMap(channel -> values(parts.found(), Topics.cleared(channel)))
                .forEach(message -> cleared.put(
                        List.of(
                                message.getCampaignId(),
                                message.getMessageId(),
                                message.getSubjectId(),
                                message.getDecidedAt()),
                        cleared(message)));
        return cleared.values().stream()
                .sorted(Comparator.comparing(Cleared::decidedAt).thenComparing(Cleared::messageId))
                .toList();
    }

    private static Cleared cleared(ContactEntry contact, String address) {
        return new Cleared(
                contact.messageId(),
                contact.campaignId(),
                contact.channel(),
                contact.purpose(),
                address,
                null,
                Map.of(),
                contact.clearedAt(),
                null,
                null);
    }

    private static Cleared cleared(MessageCleared message) {
        boolean told = message.getPersonal() != null;
        return new Cleared(
                message.getMessageId(),
                message.getCampaignId(),
                message.getChannel(),
                message.getPurpose(),
                told ? message.getPersonal().getContactPoint() : null,
                message.getTemplate(),
                told ? parameters(message.getCampaignId(), message.getPersonal().getParameters()) : Map.of(),
                message.getDecidedAt(),
                message.getNotAfter(),
                message.getPolicyVersion());
    }

    /** A link that still confirms a consent is for the person alone, and this report passes through other hands. */
    private static Map<String, String> parameters(String campaignId, Map<String, String> parameters) {
        if (!campaignId.startsWith(OwnCampaigns.PREFIX)) {
            return parameters;
        }
        Map<String, String> shown = new HashMap<>(parameters);
        shown.replaceAll((name, value) -> name.endsWith("Url") ? "…" : value);
        return shown;
    }

    private List<Handler> handlers(Messages messages, Map<String, CampaignDefined> campaigns, String language) {
        Set<String> addressed = new TreeSet<>();
        messages.asked().forEach(message -> addressed.add(message.campaignId()));
        messages.cleared().forEach(message -> addressed.add(message.campaignId()));
        messages.suppressed().forEach(message -> addressed.add(message.campaignId()));
        Map<String, Handler> handlers = new LinkedHashMap<>();
        controller.map(Controller::processors).orElse(List.of()).forEach(processor -> {
            TransferBasis basis = processor.basis() == null ? null : TransferBasis.valueOf(processor.basis());
            String purpose = Controller.in(processor.purpose(), language);
            Handler handler = new Handler(processor.name(), processor.country(), basis, purpose, List.of());
            handlers.put(processor.name() + "/" + processor.country(), handler);
        });
        addressed.stream().map(campaigns::get).filter(known -> known != null).forEach(campaign -> {
            var processor = campaign.getProcessor();
            TransferBasis basis =
                    processor.getTransferBasis() == TransferBasis.NONE ? null : processor.getTransferBasis();
            Handler handler =
                    new Handler(processor.getName(), processor.getCountry(), basis, null, List.of(campaign.getName()));
            handlers.merge(processor.getName() + "/" + processor.getCountry(), handler, AccessReports::both);
        });
        return List.copyOf(handlers.values());
    }

    private static Handler both(Handler known, Handler more) {
        return new Handler(
                known.name(),
                known.country(),
                known.basis() == null ? more.basis() : known.basis(),
                known.purpose(),
                Stream.of(known.campaigns(), more.campaigns())
                        .flatMap(Collection::stream)
                        .distinct()
                        .sorted()
                        .toList());
    }

    /** Everything but the campaigns and their launches is about somebody. */
    private static List<Place> places() {
        return Topics.all().stream()
                .filter(topic -> !OF_CAMPAIGNS.contains(topic))
                .map(topic -> new Place(
                        topic.name(),
                        topic.cleanup() instanceof Cleanup.After
                                ? Kept.FOR_A_TIME
                                : topic.cleanup() instanceof Cleanup.Never ? Kept.FOR_GOOD : Kept.UNTIL_REPLACED,
                        topic.retention().map(age -> age.toHours()).orElse(null)))
                .toList();
    }

    private static <V extends SpecificRecord> Stream<V> values(Found found, Topic<V> topic) {
        return found.in(topic).stream().map(Copy::value).filter(value -> value != null);
    }
}
