import Foundation
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// `hoistway open`, with a program of the test in place of a browser.
struct OpenServingTests {
    @Test func `open starts the browser with the page, and prints the link where there is none`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            let served = shop.served
            try served.folder.write("#!/bin/sh\nprintf %s \"$1\" >opened\n", to: "browser", mode: 0o700)
            let desktop = ["DISPLAY": ":0", "BROWSER": "\(served.folder.path)/browser"]
            let started = try await served.onTerminal(["open", "shop/test"], environment: desktop)
            let link = try String(contentsOfFile: "\(served.folder.path)/opened", encoding: .utf8)
            #expect(link.hasPrefix("http://127.0.0.1:\(served.ports.console)/") && link.contains("&next="), "\(link)")
            #expect(link.contains("test"))
            #expect(started.status == 0 && started.text.contains("opening shop/test of "), "\(started.text)")
            // The link signs in whoever has it: it is not left on the screen.
            #expect(!started.text.contains(link))

            let refused = try await served.onTerminal(["open", "-n"], environment: desktop)
            #expect(refused.text.hasPrefix("http://127.0.0.1:"), "\(refused.text)")
            let broken = ["DISPLAY": ":0", "BROWSER": "/nonexistent/browser"]
            let failed = try await served.onTerminal(["open"], environment: broken)
            #expect(failed.status == 0 && failed.text.contains("\nhttp://127.0.0.1:"), "\(failed.text)")
            let piped = try await served.command(["open"], environment: desktop)
            #expect(piped.text.hasPrefix("http://127.0.0.1:") && piped.errors.isEmpty, "\(piped.errors)")
            let json = try await served.command("open", "shop/test", "-o", "json")
            let address = try MachineText.value(ofJSON: json.text)["url"]?.string
            #expect(address?.hasPrefix("http://127.0.0.1:") == true && address?.contains("&next=") == true)
        }
    }
}
