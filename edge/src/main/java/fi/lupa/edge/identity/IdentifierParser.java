package fi.lupa.edge.identity;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import fi.lupa.edge.identity.ParsedIdentifier.Invalid;
import fi.lupa.edge.identity.ParsedIdentifier.Valid;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Brings every spelling of an identifier to one form, so that a stop said for an address binds all its spellings. */
public final class IdentifierParser {
    private static final int LONGEST_EMAIL = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
    private static final int LONGEST_LOCAL_PART = 64; // RFC 5321, 4.5.3.1.1
    private static final int LONGEST_CUSTOMER_ID = 128;
    private static final int LONGEST_LINE = 200;
    private static final int LONGEST_READ = 1000; // what no identifier reaches is not worth a closer look

    // White space and invisible characters, as a paste from a mail or a web page brings them along.
    private static final Pattern MARGIN = Pattern.compile("^[\\s\\p{Z}\\p{Cf}]+|[\\s\\p{Z}\\p{Cf}]+$");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    // RFC 5322's dot-atom with the letters of every language (RFC 6531), without quoted forms nobody uses.
    private static final String ATOM = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
    private static final Pattern LOCAL_PART = Pattern.compile(ATOM + "(\\." + ATOM + ")*");
    private static final Pattern DOMAIN =
            Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])");
    private static final Pattern PHONE = Pattern.compile("\\+?[\\p{Nd}\\p{Z}\\p{Pd}()./]+");

    private static final PhoneNumberUtil NUMBERING_PLANS = PhoneNumberUtil.getInstance();

    private final String defaultRegion;

    /**
     * The rules with a country, as two capital letters, for phone numbers and postal addresses that name none.
     *
     * @throws IllegalArgumentException with a sentence if there is no such country
     */
    public IdentifierParser(String defaultRegion) {
        if (!NUMBERING_PLANS.getSupportedRegions().contains(defaultRegion)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no country; write two capital letters, as FI.".formatted(defaultRegion));
        }
        this.defaultRegion = defaultRegion;
    }

    /** An email address in lower case, its domain in ASCII. */
    public ParsedIdentifier email(String written) {
        String address = trimmed(written);
        int at = address.lastIndexOf('@');
        if (at < 1 || at == address.length() - 1) {
            return invalid(
                    IdentifierKind.EMAIL, "An email address has a name, an @ and a domain, as name@example.com.");
        }
        String local = address.substring(0, at).toLowerCase(Locale.ROOT);
        String domain = asciiDomain(address.substring(at + 1));
        if (!LOCAL_PART.matcher(local).matches()) {
            return invalid(
                    IdentifierKind.EMAIL,
                    "Before the @ an email address has letters, digits, signs and single dots between them, no spaces.");
        }
        if (!DOMAIN.matcher(domain).matches()) {
            return invalid(
                    IdentifierKind.EMAIL, "After the @ an email address has a domain with a dot, as example.com.");
        }
        String email = local + "@" + domain;
        if (bytes(local) > LONGEST_LOCAL_PART || bytes(email) > LONGEST_EMAIL) {
            return invalid(
                    IdentifierKind.EMAIL,
                    "An email address has at most %d characters, %d before the @."
                            .formatted(LONGEST_EMAIL, LONGEST_LOCAL_PART));
        }
        return new Valid(IdentifierKind.EMAIL, email);
    }

    /** A phone number as E.164, with the default country where it names none. */
    public ParsedIdentifier phone(String written) {
        String number = trimmed(written);
        if (!PHONE.matcher(number).matches()) {
            return invalid(
                    IdentifierKind.PHONE,
                    "A phone number has digits, spaces and hyphens, a + in front if it names the country, no extension.");
        }
        try {
            PhoneNumber parsed = NUMBERING_PLANS.parse(number, defaultRegion);
            return NUMBERING_PLANS.isValidNumber(parsed)
                    ? new Valid(IdentifierKind.PHONE, NUMBERING_PLANS.format(parsed, PhoneNumberFormat.E164))
                    : invalid(
                            IdentifierKind.PHONE,
                            "No phone has this number; check the digits and the country, as +358 for Finland.");
        } catch (NumberParseException e) {
            return invalid(IdentifierKind.PHONE, "This is not a phone number; write it as +358 40 1234567.");
        }
    }

    /** A customer number as it is, without the spaces around it. */
    public ParsedIdentifier customerId(String written) {
        String id = trimmed(written);
        if (id.isEmpty()) {
            return invalid(IdentifierKind.CUSTOMER, "The customer number is empty.");
        }
        if (id.length() > LONGEST_CUSTOMER_ID || UNPRINTABLE.matcher(id).find()) {
            return invalid(
                    IdentifierKind.CUSTOMER,
                    "A customer number has at most %d characters, all of them printable."
                            .formatted(LONGEST_CUSTOMER_ID));
        }
        return new Valid(IdentifierKind.CUSTOMER, id);
    }

    /**
     * A postal address as one line per part, in capitals and without punctuation; null or blank for a part not given,
     * of which only the country, as two letters, may be missing.
     */
    public ParsedIdentifier postal(String street, String postalCode, String city, String country) {
        String code = line(postalCode).replaceAll("[ -]", "");
        String land = line(country).isEmpty() ? defaultRegion : line(country);
        List<String> lines = List.of(line(street), code, line(city), land);
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isEmpty()) {
                missing.add(List.of("the street", "the postal code", "the town", "the country")
                        .get(i));
            }
        }
        if (!missing.isEmpty()) {
            return invalid(IdentifierKind.POSTAL, "The address lacks " + String.join(" and ", missing) + ".");
        }
        if (!Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(land)) {
            return invalid(IdentifierKind.POSTAL, "The country of an address is two letters, as FI.");
        }
        if (lines.stream().anyMatch(part -> part.length() > LONGEST_LINE)) {
            return invalid(
                    IdentifierKind.POSTAL, "A line of an address has at most %d characters.".formatted(LONGEST_LINE));
        }
        return new Valid(IdentifierKind.POSTAL, String.join("\n", lines));
    }

    private static String trimmed(String written) {
        if (written == null || written.length() > LONGEST_READ) {
            return "";
        }
        return Normalizer.normalize(MARGIN.matcher(written).replaceAll(""), Normalizer.Form.NFC);
    }

    private static String line(String written) {
        if (written == null) {
            return "";
        }
        return Normalizer.normalize(written, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .replaceAll("[\\s\\p{Z}\\p{Cc}\\p{Cf},.]+", " ")
                .strip();
    }

    // Empty for what no name server could know.
    private static String asciiDomain(String domain) {
        try {
            return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Invalid invalid(IdentifierKind kind, String why) {
        return new Invalid(kind, why);
    }
}
