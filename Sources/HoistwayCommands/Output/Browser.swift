import Glibc

/// The browser of a person's desktop: the command in `BROWSER`, else `xdg-open`.
///
/// <https://portland.freedesktop.org/doc/xdg-open.html>
struct Browser: Equatable {
    /// Words of the command; the address comes after them.
    let command: [String]

    /// `nil`: there is no person at a desktop, or the desktop has no browser.
    ///
    /// - Parameter isTerminal: whether a person reads the output.
    init?(environment: [String: String], isTerminal: Bool) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard isTerminal, variable("DISPLAY") != nil || variable("WAYLAND_DISPLAY") != nil else { return nil }
        let named = (variable("BROWSER") ?? "").split(separator: " ").map(String.init)
        guard named.isEmpty else {
            command = named
            return
        }
        let folders = (variable("PATH") ?? "").split(separator: ":")
        guard folders.contains(where: { access("\($0)/xdg-open", X_OK) == 0 }) else { return nil }
        command = ["xdg-open"]
    }

    /// Whether it is the address of a web page.
    ///
    /// The server names it: it must not be an option of the browser, or a file or program of this machine.
    static func isPage(_ address: String) -> Bool {
        let lowered = address.lowercased()
        return (lowered.hasPrefix("https://") || lowered.hasPrefix("http://"))
            && address.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Waits for the command, since a browser of the terminal works in the foreground.
    ///
    /// - Returns: whether it succeeded.
    func open(_ address: String) -> Bool {
        let words = (command + [address]).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard let program = words[0], posix_spawnp(&process, program, nil, nil, words, environ) == 0 else {
            return false
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return false }
        }
        return status == 0
    }
}
