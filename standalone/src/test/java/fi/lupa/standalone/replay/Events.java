package fi.lupa.standalone.replay;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ContactMade;
import fi.lupa.event.Door;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.schemas.registry.EventClasses;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Events of a history, as far as a test is about them. */
public final class Events {

    static {
        EventClasses.trust();
    }

    private Events() {}

    public static FormSubmitted form(String id, Instant at, Will will, boolean awaits) {
        return FormSubmitted.newBuilder()
                .setEventId(UUID.randomUUID())
                .setOccurredAt(at)
                .setReceivedAt(at)
                .setFormId(id)
                .setFormType(FormType.NEWSLETTER)
                .setSite("www.example.fi")
                .setSubjectKind(SubjectKind.PERSON)
                .setStatements(List.of(FormStatement.newBuilder()
                        .setScope(Scope.EMAIL)
                        .setWill(will)
                        .setAwaitsConfirmation(awaits)
                        .build()))
                .setCollection(Collection.WEB_FORM)
                .build();
    }

    /** Of email, for the subject's own address. */
    public static ConsentChanged said(String subject, Will will, Door door, Instant at, UUID causedBy) {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subject)
                .setScope(Scope.EMAIL)
                .setWill(will)
                .setContactPointId(subject)
                .setOccurredAt(at)
                .setRecordedAt(at)
                .setDoor(door)
                .setCausedBy(causedBy)
                .build();
    }

    public static ContactMade contact(String message, String subject, Instant at) {
        return ContactMade.newBuilder()
                .setMessageId(message)
                .setCampaignId("spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannel(Channel.EMAIL)
                .setSubjectId(subject)
                .setContactPointId(subject)
                .setClearedAt(at)
                .build();
    }

    public static MessageSuppressed suppressed(String message, Instant at) {
        return MessageSuppressed.newBuilder()
                .setMessageId(message)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setSubjectId("eino")
                .setReasons(List.of(Reason.NO_CONSENT, Reason.ESSENTIAL_ONLY))
                .setDecidedAt(at)
                .setPolicyVersion("lupa-2026-4")
                .build();
    }

    public static CampaignDefined campaign(Instant at) {
        return CampaignDefined.newBuilder()
                .setCampaignId("spring")
                .setName("Spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannels(List.of(Channel.EMAIL))
                .setProcessor(new Processor("Postittaja Oy", "FI", TransferBasis.NONE))
                .setValidFrom(at)
                .setDefinedAt(at)
                .setDefinedBy("marketing")
                .build();
    }
}
