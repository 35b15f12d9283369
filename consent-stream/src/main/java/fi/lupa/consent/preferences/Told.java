package fi.lupa.consent.preferences;

import fi.lupa.consent.pages.Texts;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import java.util.ArrayList;
import java.util.List;

/**
 * One switch in plain words.
 *
 * @param key as the page's form names it
 * @param yes what it says when it is switched on
 * @param no what it says when it is switched off
 * @param on whether it is switched on
 * @param mayTurnOn false where switching it on would mean nothing
 * @param sentences what is in force, since when, and whether messages really come
 * @param hint what switching it changes, by the policy
 */
public record Told(
        String key,
        String name,
        String yes,
        String no,
        boolean on,
        boolean mayTurnOn,
        List<String> sentences,
        String hint) {

    /** Why nothing comes though it is switched on. */
    private static final List<Reason> TOLD = List.of(
            Reason.NO_CONTACT_POINT,
            Reason.AMBIGUOUS_RECIPIENT,
            Reason.MARKETING_USE_PROHIBITED,
            Reason.MARKET_RESEARCH_PROHIBITED,
            Reason.ESSENTIAL_ONLY);

    static List<Told> all(Choices choices, Texts texts) {
        return Choice.all(choices.policy()).stream()
                .map(choice -> of(choice, choices, texts))
                .toList();
    }

    static Told of(Choice choice, Choices choices, Texts texts) {
        boolean on = choices.isOn(choice);
        List<String> sentences = new ArrayList<>();
        sentences.add(standing(choices.standing(choice), texts));
        sentences.addAll(
                choice.topic() == null
                        ? outcome(choice, on, choices, texts)
                        : List.of(topicOutcome(choice.topic(), on, choices, texts)));
        return new Told(
                choice.key(),
                name(choice, choices, texts),
                said(choice, true, choices, texts),
                said(choice, false, choices, texts),
                on,
                on || choices.mayTurnOn(choice),
                List.copyOf(sentences),
                hint(choice, choices, texts));
    }

    private static String name(Choice choice, Choices choices, Texts texts) {
        return choice.topic() == null
                ? texts.get("name." + choice.scope())
                : texts.get("name.topic", choices.topicName(choice, texts.language()));
    }

    /** The words beside a switch. */
    static String said(Choice choice, boolean on, Choices choices, Texts texts) {
        String words = on ? "yes." : "no.";
        return choice.topic() == null
                ? texts.get(words + choice.scope())
                : texts.get(words + "topic", choices.topicName(choice, texts.language()));
    }

    private static String hint(Choice choice, Choices choices, Texts texts) {
        List<String> hint = new ArrayList<>();
        if (choices.will(choice, true) == Will.GRANT) {
            hint.add(texts.get("hint.consent"));
        }
        if (choice.topic() != null) {
            hint.add(texts.get("hint.topic"));
            return String.join(" ", hint);
        }
        hint.add(texts.get("hint." + choice.scope()));
        choices.alsoStops(choice.scope()).forEach(other -> hint.add(texts.get("hint.also." + other)));
        return String.join(" ", hint);
    }

    private static String standing(Standing standing, Texts texts) {
        Statement said = standing.because();
        if (said == null) {
            return texts.get("standing.silence");
        }
        String key = standing.is(ConsentStatus.NEVER_ASKED)
                ? "LIFTED"
                : standing.status().name();
        return texts.get("standing." + key, texts.date(said.occurredAt()), texts.get("door." + said.door()));
    }

    private static String topicOutcome(String topic, boolean on, Choices choices, Texts texts) {
        if (!on) {
            return texts.get("off.topic");
        }
        List<Refusal> refusals = choices.topicRefusals(topic);
        if (refusals.isEmpty()) {
            return texts.get("on.topic");
        }
        return refusals.stream().allMatch(Choices::isOfTheChannel)
                ? texts.get("reason.topic.channels")
                : texts.get("reason." + reason(refusals));
    }

    private static List<String> outcome(Choice choice, boolean on, Choices choices, Texts texts) {
        Scope scope = choice.scope();
        Channel channel = Choices.channel(scope);
        List<Refusal> refusals =
                switch (scope) {
                    case EMAIL, MOBILE, PHONE, POST -> choices.refusals(channel);
                    case MARKET_RESEARCH -> choices.surveyRefusals();
                    case MARKETING_USE, WEB_ANALYTICS -> List.of();
                };
        if (on && refusals.isEmpty()) {
            return List.of(texts.get("on." + scope));
        }
        if (on) {
            return List.of(texts.get("reason." + reason(refusals)));
        }
        List<String> off = new ArrayList<>();
        off.add(texts.get("off." + scope));
        refusals.stream().filter(Choices::isOfTheChannel).findFirst().ifPresent(decisive -> {
            if (Choices.isAnothers(decisive, scope)) {
                off.add(texts.get("reason.other." + decisive.because().scope()));
            } else if (decisive.reason() == Reason.CONTACT_POINT_STOPPED) {
                off.add(texts.get(
                        "reason.stopped", texts.date(decisive.because().occurredAt())));
            }
        });
        if (channel != null
                && !choices.mayTurnOn(choice)
                && !choices.standing(choice).is(ConsentStatus.PENDING)) {
            off.add(texts.get("reason.NO_CONTACT_POINT"));
        }
        return off;
    }

    private static String reason(List<Refusal> refusals) {
        return refusals.stream()
                .map(Refusal::reason)
                .filter(TOLD::contains)
                .findFirst()
                .map(Reason::name)
                .orElse("stopped.other");
    }
}
