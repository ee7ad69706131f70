import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import Testing

/// A chart with a hook and a test, and a stand-in for Helm that shows what it was given.
enum HelmFixture {
    static let config =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-c\n  namespace: {{ .Release.Namespace }}\ndata:\n  tag: {{ .Values.tag | quote }}\n"

    static var files: MemoryFiles {
        MemoryFiles([
            "src/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n",
            "src/web/values.yaml": "tag: none\n",
            "src/web/templates/config.yaml": config,
            "src/web/templates/hook.yaml":
                "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-upgrade\n",
            "src/web/templates/tests/test.yaml":
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: check\n  annotations:\n    helm.sh/hook: test\n",
            "src/web/crds/crd.yaml":
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n",
            "src/one.yaml": "tag: one\n", "src/two.yaml": "tag: two\n", "src/a,b.yaml": "tag: comma\n",
            "src/secret.yaml": "never given\n",
        ])
    }

    static func template(_ change: (inout HelmTemplate) -> Void = { _ in }) -> HelmTemplate {
        var template = HelmTemplate("src/web", outPath: "out.yaml", releaseName: "rel", namespace: "shop")
        change(&template)
        return template
    }

    /// Prints its words, one a line, and the files that it sees; writes into the folder of `--output-dir`.
    static let recorder = #"""
        printf '# word %s\n' "$@"
        find . -type f | LC_ALL=C sort | sed 's/^/# file /'
        env | LC_ALL=C sort | sed 's/=.*//; s/^/# env /'
        for word; do
            case "$word" in
                --output-dir=*) mkdir -p "${word#*=}/web/templates"; echo made >"${word#*=}/web/templates/x.yaml";;
            esac
        done
        """#
}

extension RenderFixture {
    func stand(_ text: String = HelmFixture.recorder) throws -> ProgramRenderer {
        renderer(helm: try program("helm", version: "v3.17.2+gcc0bbbd", text))
    }

    func failure(_ template: HelmTemplate, _ files: MemoryFiles) async throws -> RenderFailure? {
        do {
            _ = try await stand("echo 'it was started' >&2; exit 9").template(template, from: files)
            return nil
        } catch let error as RenderFailure { return error }
    }
}
