import Foundation
import HoistwayTestBrowser
import Testing

extension Browser {
    /// Signs in by the form, as a person does.
    func signIn(_ web: RunningWeb, as name: String, path: String = "/") async throws {
        try await open(web.origin + path)
        try await type("token-of-\(name)", into: "#token")
        try await click(".sign-in button", to: web.origin + path)
    }

    /// Brings a session without the form.
    func bring(_ tab: RunningWeb.Tab, _ web: RunningWeb) async throws {
        for (name, value) in tab.cookies {
            try await devTools(
                "Network.setCookie",
                ["name": name, "value": value, "url": web.origin, "httpOnly": true, "path": "/"]
            )
        }
    }

    /// Fails where the console has told of a fault: an error of the script, a report of the policy, a missing file.
    func expectNoFaults(
        _ what: String,
        except isKnown: (String) -> Bool = { _ in false },
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await faults().filter { !isKnown($0) }
        #expect(found.isEmpty, "\(what): \(found.joined(separator: "\n"))", sourceLocation: place)
    }

    /// Leaves a picture in the folder that `HOISTWAY_TEST_PICTURES` names, as page-state-width-theme; none without it.
    func keepPicture(_ name: String, _ width: Width, _ theme: Theme) async throws {
        guard let folder = ProcessInfo.processInfo.environment["HOISTWAY_TEST_PICTURES"] else { return }
        let path = "\(folder)/\(name)-\(width.rawValue)-\(theme.rawValue).png"
        try await picture().write(to: URL(fileURLWithPath: path))
    }
}
