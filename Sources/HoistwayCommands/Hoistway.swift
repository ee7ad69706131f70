package import ArgumentParser

/// The command line's root; each command has a file of its own.
package struct Hoistway: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hoistway",
        abstract: "Turns signed webhooks into promoted stage branches.",
        discussion: """
            Every command takes the configuration file from --config, else from HOISTWAY_CONFIG, else it is \
            config/hoistway.yaml in the current folder, else /etc/hoistway/hoistway.yaml.

            Commands for a running server use the first address of: --server, HOISTWAY_SERVER, --context, \
            HOISTWAY_CONTEXT, the configuration file that --config or HOISTWAY_CONFIG names, the current context, the \
            configuration file that is there. `hoistway login` creates contexts.

            They use the first token of: --token-file, --context, HOISTWAY_TOKEN, another context, the file `token` in \
            the state folder.

            Exit codes: 0 done, 1 failed, 2 usage, 3 nothing to do, 4 denied, 5 time-out, 6 server unreachable. If the \
            configuration has errors or cannot be read, `serve` ends with 78, and every other command with 1.
            """,
        version: "hoistway \(Version.number)",
        subcommands: [Serve.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Prepare",
                subcommands: [
                    Check.self, Eval.self, Import.self, Inspect.self, Replay.self, Notify.self, Version.self,
                    Explain.self, Schema.self,
                ]
            ),
            CommandGroup(
                name: "Connect",
                subcommands: [Login.self, Logout.self, ContextCommands.self, WhoAmI.self, CanI.self]
            ),
            CommandGroup(name: "Keep", subcommands: [State.self]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    Get.self, Describe.self, Diff.self, Events.self, Why.self, Compare.self, Audit.self, Open.self,
                    APICommand.self,
                ]
            ),
            CommandGroup(
                name: "Act",
                subcommands: [
                    Promote.self, Wait.self, Verify.self, Approve.self, Abort.self, Adopt.self, RefreshCommands.self,
                    FreightCommands.self,
                    RetryCommands.self, Reload.self,
                    Tokens.self,
                ]
            ),
        ]
    )

    package init() {}
}
