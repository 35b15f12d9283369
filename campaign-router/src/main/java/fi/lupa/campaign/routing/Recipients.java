package fi.lupa.campaign.routing;

import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.identity.SubjectIds.Identifiers;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.MessagePersonalData;
import java.util.Locale;

/** Whom a message is for: by subjectId where it names one, else by the strongest of its identifiers. */
public final class Recipients {

    private final SubjectIds ids;

    public Recipients(SubjectIds ids) {
        this.ids = ids;
    }

    /**
     * The recipient's subject id.
     *
     * @throws UnprocessableException if the message names nobody, or by an identifier that is none
     */
    public String subjectId(CampaignMessage message) {
        if (message == null) {
            throw new UnprocessableException("the record has no value");
        }
        if (message.getSubjectId() != null && !message.getSubjectId().isBlank()) {
            if (!PseudonymousIds.isId(message.getSubjectId())) {
                throw new UnprocessableException("the message's subjectId is none: Lupa gives 22 characters");
            }
            return message.getSubjectId();
        }
        MessagePersonalData personal = message.getPersonal();
        if (personal == null) {
            throw new UnprocessableException("the message names no recipient");
        }
        Identifiers identifiers = ids.read(personal.getCustomerId(), personal.getEmail(), personal.getPhone());
        identifiers.invalid().forEach(Recipients::refuse);
        return ids.subjectId(identifiers)
                .orElseThrow(() -> new UnprocessableException("the message names no recipient"));
    }

    /** Id of the address or number that the message asks for on its channel; null to leave it to the subject's latest. */
    public String contactPoint(Channel channel, MessagePersonalData personal) {
        return personal == null ? null : contactPoint(channel, personal.getEmail(), personal.getPhone());
    }

    /** The same, of what may be named. */
    public String contactPoint(Channel channel, String email, String phone) {
        String address = channel == Channel.EMAIL ? email : null;
        String number = channel == Channel.MOBILE || channel == Channel.PHONE ? phone : null;
        if (address == null && number == null) {
            return null;
        }
        Identifiers asked = ids.read(null, address, number);
        asked.invalid().forEach(Recipients::refuse);
        return ids.subjectId(asked).orElse(null);
    }

    private static void refuse(ParsedIdentifier.Invalid identifier) {
        throw new UnprocessableException("the recipient's "
                + identifier.kind().name().toLowerCase(Locale.ROOT) + " is not one: " + identifier.why());
    }
}
