import ArgumentParser
import HoistwayModel
import HoistwayNotify
import HoistwayPorts
import HoistwaySettings

/// `hoistway notify …`: tries out notifications.
struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try out notifications.",
        subcommands: [Test.self]
    )

    /// Sends without the server: it reads the configuration from the file now.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a test message by one notification of the configuration; the server need not run."
        )

        @Argument(help: "Name of the notification.")
        var name: String

        @Option(help: "The configuration file. \(ConfigFile.order)")
        var config: String?

        func run() async throws {
            let composition = Composition(loaded: try await Serve.load(ConfigFile.path(config)))
            let known = composition.settings.notifications.map(\.name)
            guard known.contains(name) else {
                let list = known.isEmpty ? "there are none" : "one of \(known.joined(separator: ", "))"
                throw CommandFailure.usage("no notification is called \(SafeText.line(name))", hint: list)
            }
            let notifier = composition.notifier()
            do throws(NotifyFailure) {
                try await notifier.send(notice(at: composition.clock.now()))
            } catch {
                await notifier.shutdown()
                throw CommandFailure.failed(error.message, hint: error.hint)
            }
            await notifier.shutdown()
            Terminal.print("the target of \(name) has taken a test message")
        }

        private func notice(at moment: Timestamp) -> Notice {
            Notice(
                id: "test-\(moment.microseconds)",
                target: name,
                occurrence: Occurrence(
                    .test,
                    at: moment,
                    projects: nil,
                    reason: "Somebody ran `hoistway notify test \(name)`: this notification works.",
                    next: nil
                )
            )
        }
    }
}
