package fi.lupa.edge.identity;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberToTimeZonesMapper;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.time.ZoneId;
import java.util.Set;
import java.util.stream.Collectors;

/** What a phone number tells of the time where it rings. */
public final class TimeZones {

    private static final PhoneNumberToTimeZonesMapper ZONES = PhoneNumberToTimeZonesMapper.getInstance();
    private static final Set<String> KNOWN = ZoneId.getAvailableZoneIds();

    private TimeZones() {}

    /**
     * The zones in which a number may be, by its country and area.
     *
     * @param number as E.164 has it
     * @return empty where the number tells none
     */
    public static Set<ZoneId> of(String number) {
        try {
            return ZONES.getTimeZonesForNumber(PhoneNumberUtil.getInstance().parse(number, null)).stream()
                    .filter(KNOWN::contains)
                    .map(ZoneId::of)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (NumberParseException e) {
            return Set.of();
        }
    }
}
