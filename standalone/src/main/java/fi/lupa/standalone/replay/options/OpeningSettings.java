package fi.lupa.standalone.replay.options;

import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.settings.Concern;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KeySettings;
import fi.lupa.edge.settings.SealingSettings;
import fi.lupa.edge.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether people come out as who they are: for the data protection officer alone, who shows a key, and holds the master key. */
public final class OpeningSettings implements Concern {

    @Option(
            names = "--open",
            description = {
                "Personal data, too, where it is not erased: needs --access-key of the role dpo and the master key, and is"
                        + " written down on audit.events first.",
                "What comes out is a copy that no erasure reaches: whoever makes it has to erase in it. Its owner alone can"
                        + " read it."
            })
    private boolean open;

    @Option(
            names = "--access-key",
            paramLabel = "KEY",
            converter = Secret.Converter.class,
            showDefaultValue = Visibility.NEVER,
            defaultValue = "${env:LUPA_ACCESS_KEY}",
            description = "Key of the role dpo, as --keys lists it; better as LUPA_ACCESS_KEY.")
    private Secret accessKey = new Secret("");

    @Mixin
    private final KeySettings keys = new KeySettings();

    @Mixin
    private final SealingSettings sealing = new SealingSettings();

    public boolean open() {
        return open;
    }

    public MasterKey masterKey() {
        return sealing.masterKey();
    }

    /**
     * Who opens.
     *
     * @throws InvalidSettings if the key is not one of the role
     */
    public Principal officer() {
        return Keys.load(keys.file())
                .find(accessKey.value())
                .filter(principal -> principal.roles().contains(Role.DPO))
                .orElseThrow(() -> new InvalidSettings(List.of(
                        "--access-key is not a key of the role dpo; personal data comes out for nobody else. Leave --open"
                                + " out for pseudonyms.")));
    }

    @Override
    public List<String> faults() {
        if (!open) {
            return List.of();
        }
        List<String> faults = new ArrayList<>(keys.faults());
        faults.addAll(sealing.faults());
        if (accessKey.value().isBlank()) {
            faults.add("--access-key is missing; --open needs one of the role dpo.");
        }
        return faults;
    }
}
