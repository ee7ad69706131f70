import HoistwayTestServers
import NIOHTTP1

/// Actions of a person with the pointer and the keys.
extension Browser {
    /// Clicks like a person: in the middle of the visible part.
    package func click(_ selector: String) async throws {
        _ = try await command(.POST, "element/\(try await element(selector))/click", [:], as: Nothing.self)
    }

    /// Clicks on a link to another page, and returns once that page is loaded.
    package func click(_ selector: String, to address: String) async throws {
        try await click(selector)
        try await arrive(at: address)
    }

    package func arrive(at address: String) async throws {
        try await eventually("the page \(address)") {
            // Between two pages there is no document.
            (try? await value(of: "return document.readyState + location.href")) == "complete" + address
        }
    }

    package func type(_ text: String, into selector: String) async throws {
        _ = try await command(.POST, "element/\(try await element(selector))/value", ["text": text], as: Nothing.self)
    }

    /// Presses keys, with the present focus.
    package func press(_ keys: String) async throws {
        let actions = keys.flatMap { key in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        let device: [String: any Sendable] = ["type": "key", "id": "keys", "actions": actions]
        _ = try await command(.POST, "actions", ["actions": [device]], as: Nothing.self)
    }

    /// Keys without a letter: <https://www.w3.org/TR/webdriver2/#keyboard-actions>.
    package enum Key {
        package static let tab = "\u{E004}"
        package static let enter = "\u{E007}"
        package static let escape = "\u{E00C}"
        package static let left = "\u{E012}"
        package static let up = "\u{E013}"
        package static let right = "\u{E014}"
        package static let down = "\u{E015}"
    }

    /// Presses Tab until an element of the selector has the focus, like a person without a pointer.
    package func tab(to selector: String) async throws {
        for _ in 0..<120 {
            if try await value(of: "return document.activeElement.matches(arguments[0])", [selector]) { return }
            try await press(Key.tab)
        }
        throw Failure(description: "no way to \(selector) by Tab")
    }

    // MARK: The pointer

    /// Moves the pointer to the middle of an element, and leaves it there.
    package func point(at selector: String) async throws {
        try await pointer([["type": "pointerMove", "origin": try await origin(selector), "x": 0, "y": 0]])
    }

    /// Presses the button there, and holds it until ``release()``.
    package func hold(_ selector: String) async throws {
        try await point(at: selector)
        try await pointer([["type": "pointerDown", "button": 0]])
    }

    package func release() async throws {
        try await pointer([["type": "pointerUp", "button": 0]])
    }

    private func origin(_ selector: String) async throws -> [String: String] {
        // WebDriver's key for a reference to an element: <https://www.w3.org/TR/webdriver2/#elements>.
        ["element-6066-11e4-a52e-4f735466cecf": try await element(selector)]
    }

    private func pointer(_ actions: [[String: any Sendable]]) async throws {
        let device: [String: any Sendable] = [
            "type": "pointer", "id": "mouse", "parameters": ["pointerType": "mouse"], "actions": actions,
        ]
        _ = try await command(.POST, "actions", ["actions": [device]], as: Nothing.self)
    }
}
