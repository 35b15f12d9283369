package fi.lupa.standalone.replay;

import fi.lupa.standalone.replay.asof.AsOfCommand;
import fi.lupa.standalone.replay.export.ExportCommand;
import fi.lupa.standalone.replay.feed.FeedCommand;
import fi.lupa.standalone.replay.whatif.WhatIfCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lupa replay}: history out of the topics. It reads, and cannot send. */
@Command(
        name = "replay",
        description = {
            "Takes history out of the topics for analysts, from this machine's Kafka or any other.",
            "It joins no consumer group, moves no offsets, and sends no message: what feed writes goes to topics named replay.*"
                    + " alone."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ExportCommand.class, AsOfCommand.class, WhatIfCommand.class, FeedCommand.class, HelpCommand.class
        })
public final class ReplayCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }
}
