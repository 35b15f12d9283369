package fi.lupa.permission;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Period;
import java.util.Map;

/** The terms of the policy.yaml that Lupa comes with. */
final class ShippedTerms {

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ShippedTerms() {}

    static Terms read() {
        try (InputStream file = Terms.class.getResourceAsStream("policy.yaml")) {
            return YAML.readValue(file, Terms.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with other topics, and other times for which a consent counts. */
    static Terms with(Map<String, Terms.Topic> topics, Map<Channel, Period> consentValidFor) {
        Terms shipped = read();
        return new Terms(
                shipped.version(),
                shipped.purposes(),
                topics,
                shipped.alsoProhibits(),
                shipped.essentialOnly(),
                shipped.transfers(),
                shipped.staleAfter(),
                shipped.confirmWithin(),
                consentValidFor,
                shipped.clearedOnceWithin(),
                shipped.timeZone(),
                shipped.caps(),
                shipped.quietHours());
    }
}
