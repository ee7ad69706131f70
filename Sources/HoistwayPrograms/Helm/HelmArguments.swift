import HoistwayModel
import HoistwayPorts

/// The arguments for `helm` that render a chart.
///
/// Each value is in one argument with its flag, so that no part of it can be read as a flag. No post-renderer, no
/// cluster and no repository is ever named.
struct HelmArguments {
    let template: HelmTemplate
    let chart: String
    let valuesFiles: [String]
    /// The folder for the files; `nil` for standard output.
    let outputFolder: String?

    var words: [String] {
        var words = ["template", "--namespace=\(template.namespace)"]
        words += valuesFiles.map { "--values=\(Self.listItem("./\($0)"))" }
        for value in template.values {
            words.append("\(value.isLiteral ? "--set-literal" : "--set")=\(value.key)=\(value.value)")
        }
        if template.includesCRDs { words.append("--include-crds") }
        if template.disablesHooks { words.append("--no-hooks") }
        if template.skipsTests { words.append("--skip-tests") }
        if let version = template.kubeVersion { words.append("--kube-version=\(version)") }
        words += template.apiVersions.map { "--api-versions=\(Self.listItem($0))" }
        if let outputFolder {
            words.append("--output-dir=./\(outputFolder)")
            if template.usesReleaseName { words.append("--release-name") }
        }
        return words + ["--", template.releaseName, chart]
    }

    /// A flag of several values is a line of comma-separated values: <https://pkg.go.dev/github.com/spf13/pflag>.
    private static func listItem(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r ".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
