import ArgumentParser
import Testing

@testable import HoistwayCommands

/// Which configuration file a command reads is the same everywhere.
struct ConfigFileTests {
    private func path(_ option: String?, _ variable: String?, there: Set<String>) -> String {
        let environment = variable.map { ["HOISTWAY_CONFIG": $0] } ?? [:]
        return ConfigFile.path(option, environment: environment) { there.contains($0) }
    }

    @Test func `the option goes before the variable, the folder's own file, and the installed one`() {
        let both: Set = ["config/hoistway.yaml", "/etc/hoistway/hoistway.yaml"]
        #expect(path("a.yaml", "b.yaml", there: both) == "a.yaml")
        #expect(path(nil, "b.yaml", there: both) == "b.yaml")
        // One that is named is not replaced by another, even where it is not there.
        #expect(path(nil, "gone.yaml", there: both) == "gone.yaml")
        #expect(path(nil, nil, there: both) == "config/hoistway.yaml")
        #expect(path(nil, "", there: ["/etc/hoistway/hoistway.yaml"]) == "/etc/hoistway/hoistway.yaml")
        #expect(path(nil, nil, there: []) == "config/hoistway.yaml")
    }

    @Test func `the help of each command names the order`() {
        let commands: [any ParsableCommand.Type] = [
            Serve.self, Check.self, Replay.self, Why.self, Promote.self, State.Backup.self, Notify.Test.self,
        ]
        for command in commands {
            let help = Hoistway.helpMessage(for: command, columns: 2000)
            #expect(help.contains("HOISTWAY_CONFIG, else config/hoistway.yaml, else /etc/hoistway/hoistway.yaml"))
        }
    }
}
