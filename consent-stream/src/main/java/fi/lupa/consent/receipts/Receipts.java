package fi.lupa.consent.receipts;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.controller.Controller.Processor;
import fi.lupa.consent.receipts.ConsentReceipt.Contact;
import fi.lupa.consent.receipts.ConsentReceipt.Event;
import fi.lupa.consent.receipts.ConsentReceipt.Information;
import fi.lupa.consent.receipts.ConsentReceipt.Notice;
import fi.lupa.consent.receipts.ConsentReceipt.Party;
import fi.lupa.consent.receipts.ConsentReceipt.Processing;
import fi.lupa.consent.receipts.ConsentReceipt.Purpose;
import fi.lupa.consent.receipts.ConsentReceipt.Withdrawal;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Will;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Terms.Answer;
import fi.lupa.permission.Terms.Prohibition;
import fi.lupa.permission.Terms.PurposeTerms;
import fi.lupa.permission.Terms.Topic;
import fi.lupa.schemas.mapping.Words;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes the receipt of a statement. It shows what the person said and what they were told, and no evidence and no staff. */
public final class Receipts {

    private static final String CONTROLLER = "controller";

    private final URI issuer;
    private final Policy policy;
    private final Optional<Controller> controller;

    /** @param issuer the service as people reach it, where the keys are published */
    public Receipts(URI issuer, Policy policy, Optional<Controller> controller) {
        this.issuer = issuer;
        this.policy = policy;
        this.controller = controller;
    }

    public Optional<Controller> controller() {
        return controller;
    }

    public ConsentReceipt of(ConsentChanged said) {
        return new ConsentReceipt(
                issuer,
                said.getRecordedAt().getEpochSecond(),
                ConsentReceipt.SCHEMA_VERSION,
                said.getEventId(),
                said.getEventId(),
                said.getSubjectId(),
                new Processing(
                        new Notice(
                                said.getNoticeVersion(),
                                controller.map(Controller::privacyNotice).orElse(null)),
                        said.getLanguage(),
                        purposes(said)),
                parties(),
                List.of(event(said)),
                policy.version());
    }

    /** A topic's name for people; as it was recorded where the policy names it no more. */
    String topic(String topic, String language) {
        Topic named = policy.terms().topics().get(topic);
        return named == null ? topic : named.nameIn(language);
    }

    /** When the statement ends by itself; null for never. */
    public Instant ends(ConsentChanged said) {
        Instant byPolicy = channel(said).isPresent() && isYes(said)
                ? policy.terms().consentEnds(channel(said).get(), said.getOccurredAt())
                : null;
        return Stream.of(Optional.ofNullable(said.getValidUntil()), Optional.ofNullable(byPolicy))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .orElse(null);
    }

    private Event event(ConsentChanged said) {
        Instant ends = ends(said);
        return new Event(
                said.getOccurredAt(),
                ends == null
                        ? "unlimited"
                        : Duration.between(said.getOccurredAt(), ends).toString(),
                isOfThePerson(said) ? said.getSubjectId() : CONTROLLER,
                type(said),
                state(said),
                said.getRecordedAt(),
                ends,
                said.getScope().name(),
                said.getTopic(),
                said.getWill().name(),
                said.getDoor().name(),
                said.getContactPointId(),
                said.getWording(),
                said.getAwaitsConfirmation() ? true : null,
                said.getAbout());
    }

    /** The standard's states as far as they go; a prohibition and its end are no consents, and have names of their own. */
    private static String state(ConsentChanged said) {
        return switch (said.getWill()) {
            case GRANT -> said.getAwaitsConfirmation() ? "requested" : "given";
            case CONFIRM -> "given";
            case REFUSE -> "refused";
            case WITHDRAW -> "withdrawn";
            case PROHIBIT -> "prohibited";
            case LIFT -> "prohibition_lifted";
            case INVALIDATE -> "invalidated";
        };
    }

    private static String type(ConsentChanged said) {
        return switch (said.getWill()) {
            case GRANT, CONFIRM -> said.getDoor() == Door.IMPORT ? "imported_consent" : "explicit_consent";
            case REFUSE, WITHDRAW -> "consent";
            case PROHIBIT, LIFT -> "objection";
            case INVALIDATE -> "correction";
        };
    }

    /** A mistake is put right by the controller, and a message that bounced is nobody's word. */
    private static boolean isOfThePerson(ConsentChanged said) {
        return said.getWill() != Will.INVALIDATE && said.getDoor() != Door.HARD_BOUNCE;
    }

    private static boolean isYes(ConsentChanged said) {
        return said.getWill() == Will.GRANT || said.getWill() == Will.CONFIRM;
    }

    private static Optional<Channel> channel(ConsentChanged said) {
        Scope scope = Words.same(said.getScope(), Scope.class);
        return Arrays.stream(Channel.values())
                .filter(channel -> channel.scope() == scope)
                .findFirst();
    }

    /** The purposes that a will on the scope can stop or allow, by the policy; the scope itself where the policy has none. */
    private List<Purpose> purposes(ConsentChanged said) {
        Optional<Channel> channel = channel(said);
        List<Purpose> purposes = new ArrayList<>();
        policy.terms().purposes().forEach((purpose, terms) -> {
            if (bears(said, channel, terms)) {
                boolean consent =
                        channel.isPresent() && terms.answer(SubjectKind.PERSON, channel.get()) == Answer.OPT_IN;
                purposes.add(purpose(purpose.name(), consent ? "consent" : null, said));
            }
        });
        return purposes.isEmpty() ? List.of(purpose(said.getScope().name(), null, said)) : purposes;
    }

    private static boolean bears(ConsentChanged said, Optional<Channel> channel, PurposeTerms terms) {
        return switch (Words.same(said.getScope(), Scope.class)) {
            case MARKET_RESEARCH -> terms.prohibitedBy().contains(Prohibition.MARKET_RESEARCH);
            case MARKETING_USE -> terms.prohibitedBy().contains(Prohibition.MARKETING_USE);
            case WEB_ANALYTICS -> false;
            case EMAIL, MOBILE, PHONE, POST -> {
                Answer answer = terms.answer(SubjectKind.PERSON, channel.orElseThrow());
                yield answer == Answer.OPT_IN
                        || (answer == Answer.OPT_OUT && terms.prohibitedBy().contains(Prohibition.CHANNEL));
            }
        };
    }

    private Purpose purpose(String name, String lawfulBasis, ConsentChanged said) {
        return new Purpose(
                name,
                lawfulBasis,
                List.of(new Information(information(said), said.getContactPointId())),
                controller.isPresent() ? List.of(CONTROLLER) : List.of(),
                said.getDoor().name(),
                controller.map(Controller::storedIn).orElse(null),
                controller.map(Controller::retention).orElse(null),
                controller.map(Receipts::processedIn).orElse(null),
                controller.map(known -> known.address().country()).orElse(null),
                controller.map(known -> processorIds(known).toList()).orElse(null),
                controller.map(known -> withdrawal(said, known)).orElse(null));
    }

    private static String information(ConsentChanged said) {
        return switch (Words.same(said.getScope(), Scope.class)) {
            case EMAIL -> "email_address";
            case MOBILE, PHONE -> "phone_number";
            case POST -> "postal_address";
            case MARKET_RESEARCH, MARKETING_USE -> "customer_and_marketing_register";
            case WEB_ANALYTICS -> "web_analytics";
        };
    }

    private static List<String> processedIn(Controller controller) {
        return Stream.concat(
                        controller.storedIn().stream(),
                        controller.processors().stream().map(Processor::country))
                .distinct()
                .toList();
    }

    private static List<Withdrawal> withdrawal(ConsentChanged said, Controller controller) {
        List<Withdrawal> ways = new ArrayList<>();
        if (hasLinkInMessages(said)) {
            ways.add(new Withdrawal("link_in_every_message", null));
        }
        ways.add(new Withdrawal("email", controller.email()));
        if (controller.phone() != null) {
            ways.add(new Withdrawal("phone", controller.phone()));
        }
        ways.add(new Withdrawal("letter", controller.address().line(Locale.ENGLISH)));
        return ways;
    }

    /** What goes out by email or to a mobile phone says how to stop it. */
    static boolean hasLinkInMessages(ConsentChanged said) {
        return Words.same(said.getScope(), Scope.class).consentNeedsContactPoint();
    }

    private static Stream<String> processorIds(Controller controller) {
        return IntStream.rangeClosed(1, controller.processors().size()).mapToObj(i -> "processor-" + i);
    }

    private List<Party> parties() {
        return controller.map(Receipts::parties).orElse(List.of());
    }

    private static List<Party> parties(Controller known) {
        List<Party> parties = new ArrayList<>();
        parties.add(new Party(
                CONTROLLER,
                known.businessId() == null ? known.name() : known.name() + " (" + known.businessId() + ")",
                "pii_controller",
                known.address().line(Locale.ENGLISH),
                known.email(),
                known.phone(),
                known.privacyNotice(),
                known.dpo() == null
                        ? null
                        : new Contact(
                                known.dpo().name(),
                                known.dpo().email(),
                                known.dpo().phone()),
                known.address().country(),
                null,
                null));
        List<String> ids = processorIds(known).toList();
        for (int i = 0; i < ids.size(); i++) {
            Processor processor = known.processors().get(i);
            parties.add(new Party(
                    ids.get(i),
                    processor.name(),
                    "pii_processor",
                    null,
                    null,
                    null,
                    null,
                    null,
                    processor.country(),
                    processor.basis(),
                    processor.purpose()));
        }
        return parties;
    }
}
