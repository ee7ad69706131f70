import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Signing in to the real server, and what follows from it.
struct LoginServingTests {
    private struct Person {
        let served: ServedProgram
        var server: String { "http://127.0.0.1:\(served.ports.console)" }

        /// Without the server's configuration, and with a home folder of its own.
        func run(
            _ arguments: String...,
            input: String = "",
            environment: [String: String] = [:]
        ) async throws -> TestProgram.Result {
            try await TestProgram.run(
                try ServedProgram.program,
                arguments,
                in: served.folder.path + "/var",
                input: Array(input.utf8),
                environment: ["HOME": served.folder.path].merging(environment) { $1 }
            )
        }

        var token: String {
            get throws { try String(contentsOfFile: "\(served.folder.path)/var/token", encoding: .utf8) }
        }
    }

    @Test func `a person signs in, is known, and signs out again`() async throws {
        let served = try ServedProgram(
            ServedConfiguration(receivers: [], manifests: [Manifest.project("shop", remotes: [])])
        )
        try await served.serving {
            let person = Person(served: served)
            let wrong = try await person.run("login", person.server, input: "a-token-that-nobody-has-made")
            #expect(wrong.status == 4, "\(wrong.errors)")
            #expect(try await person.run("context", "list").text.hasPrefix("no contexts"))

            let login = try await person.run("login", person.server, "--name", "lab", input: try person.token)
            #expect(login.status == 0, "\(login.errors)")
            #expect(login.text.contains("as first (role admin, all projects)"))
            let token = try person.token.prefix(43)
            #expect(!login.text.contains(token))
            let listed = try await person.run("context", "list", "-o", "json")
            #expect(listed.text.contains(#""isCurrent" : true"#) && !listed.text.contains(token))
            for (form, text) in [
                ("yaml", "- isCurrent: true\n  name: lab\n  server: \(person.server)\n"), ("name", "lab\n"),
                ("jsonpath={.[*].name}", "lab\n"), ("wide", "CURRENT  NAME  SERVER\n*        lab   \(person.server)\n"),
            ] {
                #expect(try await person.run("context", "list", "-o", form).text == text, "\(form)")
            }

            let who = try await person.run("whoami")
            #expect(who.text.contains("token   first (role admin, all projects)"), "\(who.errors)")
            #expect(who.text.contains("of the context lab"))
            #expect(try await person.run("get", "stages").status == 0)

            // The token is shown once: a form without it would lose it.
            #expect(try await person.run("token", "create", "lost", "-o", "name").status == 2)
            #expect(try await person.run("token", "list", "-o", "name").text == "first\n")
            let weak = try await person.run("token", "create", "weak", "--role", "read")
            let file = served.folder.path + "/weak"
            #expect(
                FileManager.default.createFile(
                    atPath: file,
                    contents: Data(weak.output),
                    attributes: [.posixPermissions: 0o600]
                )
            )
            #expect(try await person.run("login", person.server, "--name", "weak", "--token-file", file).status == 0)
            let may = try await person.run("can-i", "promote", "stage")
            #expect(may.status == 4 && may.text.hasPrefix("no: the token weak has the role read"))
            #expect(try await person.run("can-i", "list", "stages").text == "yes\n")
            let admin = try await person.run("can-i", "promote", "stage", "--context", "lab")
            #expect(admin.status == 0 && admin.text == "yes\n")

            #expect(try await person.run("context", "use", "lab").status == 0)
            #expect(try await person.run("whoami").text.contains("token   first"))
            #expect(try await person.run("logout").status == 0)
            #expect(try await person.run("logout").status == 1)
            #expect(try await person.run("context", "delete", "weak").status == 0)
            #expect(try await person.run("whoami").status == 4)
        }
    }

    @Test func `the versions of program and server are shown`() async throws {
        let served = try ServedProgram(
            ServedConfiguration(receivers: [], manifests: [Manifest.project("shop", remotes: [])])
        )
        try await served.serving {
            let person = Person(served: served)
            #expect(try await person.run("--version").text == "hoistway \(Version.number)\n")
            // A machine that is busy may take longer to answer than the command waits.
            try await eventually("the server's version") {
                let both = try await person.run("version", "--server", person.server)
                return both.text.contains("\(Version.number) at \(person.server)")
            }
            #expect(try await !person.run("version", "--client", "--server", person.server).text.contains("server"))
            #expect(try await person.run("version").text.contains("libgit2"))
        }
        let gone = Person(served: served)
        #expect(try await gone.run("version", "--server", gone.server).text.contains("does not answer"))
    }

    @Test func `a command line that makes no sense gives two lines and 2`() async throws {
        for arguments in [["promot"], ["promote", "--wiat"], ["promote"], ["get", "stages", "--output", "xml"]] {
            let result = try await TestProgram.run(try ServedProgram.program, arguments)
            #expect(result.status == 2, "\(arguments)")
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count == 2, "\(result.errors)")
            #expect(lines.first?.hasPrefix("error: ") == true && lines.last?.hasPrefix("hint: ") == true)
            #expect(result.text.isEmpty)
        }
    }
}
