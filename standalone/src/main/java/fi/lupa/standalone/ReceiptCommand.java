package fi.lupa.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.receipts.ReceiptVerifier;
import fi.lupa.consent.receipts.ReceiptVerifier.InvalidReceiptException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa receipt}: tells whether a receipt is genuine, and what it says. */
@Command(
        name = "receipt",
        description =
                "Verifies a signed receipt, and shows what it says: 0 when it is genuine, 1 when it is not, 2 when"
                        + " that cannot be told.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReceiptCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The receipt, a JWS as it was downloaded; - for the standard input.")
    private String receipt;

    @Option(
            names = "--jwks",
            paramLabel = "URL|FILE",
            required = true,
            description = "The public keys: /.well-known/jwks.json of the consent stream, or a copy of it.")
    private String jwks;

    @Override
    public Integer call() throws InterruptedException {
        ReceiptVerifier verifier = verifier();
        String signed = "-".equals(receipt) ? standardInput() : file(receipt);
        PrintWriter out = spec.commandLine().getOut();
        try {
            JsonNode said = verifier.verify(signed.replaceFirst("^\uFEFF", "")); // which an editor may put before it
            out.println("Valid: signed with a published key, and not changed since.");
            print(out, "", said);
            out.flush();
            return CommandLine.ExitCode.OK;
        } catch (InvalidReceiptException e) {
            spec.commandLine().getErr().println("Not valid. " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static void print(PrintWriter out, String path, JsonNode node) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> print(
                            out, path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue()));
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isContainerNode()) {
            for (int i = 0; i < node.size(); i++) {
                print(out, path + "[" + (i + 1) + "]", node.get(i));
            }
        } else {
            out.printf("%s: %s%n", path, node.isTextual() ? node.asText() : node);
        }
    }

    private ReceiptVerifier verifier() throws InterruptedException {
        String keys = jwks.matches("https?://.*") ? fetched(URI.create(jwks)) : file(jwks);
        try {
            return ReceiptVerifier.of(keys);
        } catch (ParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "What %s holds is no JWK set; name the consent stream's.".formatted(jwks));
        }
    }

    private String fetched(URI url) throws InterruptedException {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(url).timeout(PATIENCE).build(), BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            throw new ParameterException(
                    spec.commandLine(),
                    "%s answers %d, and not with keys; check the address.".formatted(url, answer.statusCode()));
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "%s cannot be reached; check the address, or name a copy.".formatted(url));
        }
    }

    private String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new ParameterException(spec.commandLine(), "%s cannot be read; name a text file.".formatted(path));
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
