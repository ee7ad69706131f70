import HoistwayTestKit

/// The targets of `Package.swift` and what each depends on, as far as the page of rooms shows it.
///
/// It reads the text: the package manager takes seconds to evaluate it, and holds a lock while it builds.
struct PackageManifest {
    /// By name; tests are left out.
    ///
    /// A room's name is without `Hoistway`, a product is named by its package.
    let dependencies: [String: Set<String>]

    init(_ text: String) {
        var packages: [Substring: Substring] = [:]
        for product in text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "\w+", package: "([\w-]+)"\)/)
        {
            packages[product.1] = product.2
        }
        var found: [String: Set<String>] = [:]
        let target =
            /(?:room\(|\.(?:executableTarget|systemLibrary|target)\()\s*(?:name: )?"(\w+)"(,\s*(?:dependencies: )?\[([^\]]*)\])?/
        let code = text.replacing(/\/\/[^\n]*/, with: "")
        for match in code.matches(of: target) {
            let names = (match.3 ?? "").matches(of: /"(\w+)"|(\w+)/).map { name in
                name.1.map(Self.shown) ?? name.2.map { String(packages[$0] ?? $0) } ?? ""
            }
            found[String(match.1)] = Set(names)
        }
        dependencies = found
    }

    /// `HoistwayModel` is shown as `Model`.
    private static func shown(_ target: Substring) -> String {
        String(target.hasPrefix("Hoistway") ? target.dropFirst("Hoistway".count) : target)
    }
}
