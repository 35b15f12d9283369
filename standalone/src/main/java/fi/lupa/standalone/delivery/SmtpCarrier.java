package fi.lupa.standalone.delivery;

import fi.lupa.event.MessageCleared;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** Hands emails to an SMTP server (RFC 5321), with the headers of one-click unsubscription (RFC 8058). */
final class SmtpCarrier implements Carrier {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * The mailbox or its domain does not exist, or takes nothing any more (RFC 3463). Of a 550 that does not say so nobody
     * knows whether it is about the recipient or about who sends.
     */
    private static final Pattern NO_SUCH_ADDRESS = Pattern.compile("5\\d\\d[ -]5\\.(1\\.(1|2|3|6|10)|2\\.1)\\b");

    /** Who comes is not let in (RFC 4954), or not without TLS: nothing about the message, and mended by whoever set it up. */
    private static final Set<Integer> ABOUT_THE_SENDER = Set.of(530, 534, 535, 538);

    private final Session session;
    private final URI server;
    private final String password;
    private final InternetAddress from;
    private final Templates templates;
    private final Clock clock;
    private Transport transport;

    /**
     * @param server {@code smtp://} or, with TLS from the start, {@code smtps://}; with {@code user@} one that asks who comes
     * @param plain whether it may be done without TLS
     * @param password null where the server asks for none
     */
    SmtpCarrier(URI server, boolean plain, String password, InternetAddress from, Templates templates, Clock clock) {
        this.server = server;
        this.password = password;
        this.from = from;
        this.templates = templates;
        this.clock = clock;
        String prefix = "mail." + server.getScheme() + ".";
        Properties properties = new Properties();
        properties.put(prefix + "connectiontimeout", Long.toString(PATIENCE.toMillis()));
        properties.put(prefix + "timeout", Long.toString(PATIENCE.toMillis()));
        properties.put(prefix + "writetimeout", Long.toString(PATIENCE.toMillis()));
        properties.put(prefix + "starttls.enable", "true");
        properties.put(prefix + "starttls.required", Boolean.toString(!plain));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        properties.put(prefix + "auth", Boolean.toString(server.getUserInfo() != null));
        this.session = Session.getInstance(properties);
    }

    @Override
    public void carry(MessageCleared message) throws RefusedException, TryAgainException {
        Templates.Filled filled = templates.fill(message);
        try {
            MimeMessage mail = mail(message, filled);
            connected().sendMessage(mail, mail.getAllRecipients());
        } catch (AddressException e) {
            throw new RefusedException("The address is none that mail goes to.");
        } catch (MessagingException e) {
            close();
            MessagingException reply = reply(e);
            int code = code(reply);
            if (code >= 500 && !ABOUT_THE_SENDER.contains(code)) {
                boolean bounced = reply instanceof SMTPAddressFailedException
                        && NO_SUCH_ADDRESS.matcher(reply.getMessage()).lookingAt();
                throw new RefusedException("The mail server refuses it with " + code + ".", bounced);
            }
            throw new TryAgainException(
                    code > 0 ? "The mail server answers " + code + "." : "The mail server is not to be reached.");
        }
    }

    private Transport connected() throws MessagingException {
        if (transport == null || !transport.isConnected()) {
            transport = session.getTransport(server.getScheme());
            transport.connect(server.getHost(), server.getPort(), server.getUserInfo(), password);
        }
        return transport;
    }

    private MimeMessage mail(MessageCleared message, Templates.Filled filled) throws MessagingException {
        String id = UUID.nameUUIDFromBytes(Carrier.idempotencyKey(message).getBytes(StandardCharsets.UTF_8))
                + from.getAddress().substring(from.getAddress().lastIndexOf('@'));
        MimeMessage mail = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + id + ">");
            }
        };
        Address to = new InternetAddress(message.getPersonal().getContactPoint(), true);
        mail.setFrom(from);
        mail.setRecipient(Message.RecipientType.TO, to);
        mail.setSubject(filled.subject(), StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(clock.instant()));
        if (message.getListUnsubscribe() != null) {
            mail.setHeader("List-Unsubscribe", message.getListUnsubscribe());
            mail.setHeader("List-Unsubscribe-Post", message.getListUnsubscribePost());
        }
        if (filled.page() == null) {
            mail.setText(filled.text(), StandardCharsets.UTF_8.name());
        } else if (filled.text() == null) {
            mail.setContent(filled.page(), "text/html; charset=utf-8");
        } else {
            MimeBodyPart text = new MimeBodyPart();
            text.setText(filled.text(), StandardCharsets.UTF_8.name());
            MimeBodyPart page = new MimeBodyPart();
            page.setContent(filled.page(), "text/html; charset=utf-8");
            mail.setContent(new MimeMultipart("alternative", text, page));
        }
        mail.saveChanges();
        return mail;
    }

    /** What the server replied, about the recipient where it is about one; null where there was no reply. */
    private static MessagingException reply(MessagingException failure) {
        for (Exception cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SMTPAddressFailedException address) {
                return address;
            }
            if (cause instanceof SMTPSendFailedException send && send.getNextException() == null) {
                return send;
            }
        }
        return null;
    }

    private static int code(MessagingException reply) {
        return reply instanceof SMTPAddressFailedException address
                ? address.getReturnCode()
                : reply instanceof SMTPSendFailedException send ? send.getReturnCode() : 0;
    }

    private static Exception next(Exception failure) {
        return failure instanceof MessagingException messaging ? messaging.getNextException() : null;
    }

    @Override
    public void close() {
        if (transport != null) {
            try {
                transport.close();
            } catch (MessagingException e) {
                // It is gone, which is what was wanted.
            }
            transport = null;
        }
    }
}
