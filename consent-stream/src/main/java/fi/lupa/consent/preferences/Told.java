package fi.lupa.consent.preferences;

import fi.lupa.consent.pages.Texts;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One scope in plain words.
 *
 * @param on whether it is switched on
 * @param mayTurnOn false where switching it on would mean nothing
 * @param sentences what is in force, since when, and whether messages really come
 */
public record Told(String scope, boolean on, boolean mayTurnOn, List<String> sentences) {

    /** Why nothing comes though the scope is on. */
    private static final List<Reason> TOLD = List.of(
            Reason.NO_CONTACT_POINT,
            Reason.AMBIGUOUS_RECIPIENT,
            Reason.MARKETING_USE_PROHIBITED,
            Reason.MARKET_RESEARCH_PROHIBITED,
            Reason.ESSENTIAL_ONLY);

    static List<Told> all(Choices choices, Texts texts) {
        return Arrays.stream(Scope.values())
                .map(scope -> of(scope, choices, texts))
                .toList();
    }

    static Told of(Scope scope, Choices choices, Texts texts) {
        boolean on = choices.isOn(scope);
        List<String> sentences = new ArrayList<>();
        sentences.add(standing(choices.standing(scope), texts));
        sentences.addAll(outcome(scope, on, choices, texts));
        return new Told(scope.name(), on, on || choices.mayTurnOn(scope), List.copyOf(sentences));
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

    private static List<String> outcome(Scope scope, boolean on, Choices choices, Texts texts) {
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
            boolean anothers = decisive.reason() == Reason.CHANNEL_PROHIBITED
                    && decisive.because().scope() != scope;
            if (anothers) {
                off.add(texts.get("reason.other." + decisive.because().scope()));
            } else if (decisive.reason() == Reason.CONTACT_POINT_STOPPED) {
                off.add(texts.get(
                        "reason.stopped", texts.date(decisive.because().occurredAt())));
            }
        });
        if (channel != null
                && !choices.mayTurnOn(scope)
                && !choices.standing(scope).is(ConsentStatus.PENDING)) {
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
