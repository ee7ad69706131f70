import Foundation
import HoistwayModel
import HoistwaySettings
import HoistwayTestServers
import Testing

/// The kustomize base, as `kubectl` renders it.
struct KubernetesTests {
    private static let credentials = ["app-github", "registry", "git-token"]

    private func rendered(_ folder: String) async throws -> [RenderedObject] {
        let kubectl = try TestProgram.find("kubectl", package: "kubernetes-client")
        let text = try await TestProgram.check(kubectl, ["kustomize", "\(Shipped.package)/\(folder)"]).text
        return try RenderedObject.all(text)
    }

    private func object(
        _ kind: String,
        _ name: String = "hoistway",
        in objects: [RenderedObject]
    ) throws -> RenderedObject {
        try #require(objects.first { $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name })
    }

    private func pod(_ objects: [RenderedObject]) throws -> RenderedObject {
        try #require(try object("Deployment", in: objects)["spec"]?["template"]?["spec"])
    }

    private func container(_ objects: [RenderedObject]) throws -> RenderedObject {
        try #require(try pod(objects)["containers"]?.sequence?.first)
    }

    /// The rendered ConfigMaps in a folder, mounted as the Deployment does; what was read there.
    private func settings(
        _ objects: [RenderedObject],
        credentials: [String] = credentials
    ) throws -> (LoadedSettings?, [Problem]) {
        let folder = try TemporaryFolder("hoistway-mounts")
        defer { folder.remove() }
        let mounts = try #require(try container(objects)["volumeMounts"]?.sequence)
        for volume in try #require(try pod(objects)["volumes"]?.sequence) {
            guard let map = volume["configMap"]?["name"]?.string else { continue }
            let mount = try #require(mounts.first { $0["name"] == volume["name"] }?["mountPath"]?.string)
            let below = folder.path + mount
            try FileManager.default.createDirectory(atPath: below, withIntermediateDirectories: true)
            for (name, text) in try #require(try object("ConfigMap", map, in: objects)["data"]?.mapping) {
                let file = "\(below)/\(name)"
                try Data(try #require(text.string).utf8).write(to: URL(fileURLWithPath: file))
            }
        }
        let arguments = try #require(try container(objects)["args"]?.sequence?.compactMap(\.string))
        #expect(arguments.dropLast() == ["serve", "--config"])
        return try Shipped.load(folder.path + (arguments.last ?? ""), credentials: credentials)
    }

    @Test func `the configuration in it loads, with the credentials of the Secret`() async throws {
        let objects = try await rendered("config/kubernetes")
        let (loaded, problems) = try settings(objects)
        // Its pipeline takes base/ along as it is: that is meant, and told.
        #expect(problems.errors == [])
        #expect(problems.map(\.message).allSatisfy { $0.hasPrefix("the stages prod and test copy from main, ") })
        let found = try #require(loaded)
        #expect(found.pipelines.projects["guestbook"]?.stages.count == 2)
        #expect(found.settings.mode == .observe)
        #expect(try settings(objects, credentials: []).0 == nil)
    }

    @Test func `ports, probes and policies are those of the configuration`() async throws {
        let objects = try await rendered("config/kubernetes")
        let settings = try #require(try settings(objects).0?.settings)
        let webhooks = settings.webhooks.listen.port
        let health = settings.health.listen.port
        #expect(settings.console.listen.isLoopback)
        let container = try container(objects)
        let ports = try #require(container["ports"]?.sequence)
        #expect(ports.map { $0["name"]?.string } == ["webhooks", "health"])
        #expect(ports.map { $0["containerPort"]?.int } == [webhooks, health])
        for (probe, path) in ["startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"] {
            #expect(container[probe]?["httpGet"]?["path"]?.string == path)
            #expect(container[probe]?["httpGet"]?["port"]?.string == "health")
        }
        for (name, port) in ["hoistway": "webhooks", "hoistway-health": "health"] {
            let service = try object("Service", name, in: objects)
            #expect(service["spec"]?["ports"]?.sequence?.compactMap { $0["targetPort"]?.string } == [port])
        }
        let ingress = try #require(try object("NetworkPolicy", in: objects)["spec"]?["ingress"]?.sequence)
        #expect(ingress.map { $0["ports"]?[0]?["port"]?.int } == [webhooks, health])
        #expect(ingress[0]["from"] == nil && ingress[1]["from"] != nil)
    }

    @Test func `the pod runs as nobody, can write to its volumes only, and keeps one writer`() async throws {
        let objects = try await rendered("config/kubernetes")
        let pod = try pod(objects)
        #expect(pod["securityContext"]?["runAsNonRoot"]?.bool == true)
        #expect(pod["securityContext"]?["seccompProfile"]?["type"]?.string == "RuntimeDefault")
        #expect(pod["automountServiceAccountToken"]?.bool == false)
        let container = try container(objects)
        #expect(container["securityContext"]?["readOnlyRootFilesystem"]?.bool == true)
        #expect(container["securityContext"]?["allowPrivilegeEscalation"]?.bool == false)
        #expect(container["securityContext"]?["capabilities"]?["drop"]?[0]?.string == "ALL")
        let spec = try #require(try object("Deployment", in: objects)["spec"])
        #expect(spec["replicas"]?.int == 1)
        #expect(spec["strategy"]?["type"]?.string == "Recreate")
        let settings = try #require(try settings(objects).0?.settings)
        let state = try #require(
            container["volumeMounts"]?.sequence?.first { $0["name"]?.string == "state" }?["mountPath"]?.string
        )
        #expect(settings.state.databasePath.hasPrefix(state + "/"))
        #expect(settings.git.cachePath.hasPrefix(state + "/"))
        let claim = pod["volumes"]?.sequence?.first { $0["name"]?.string == "state" }
        let claimed = try #require(claim?["persistentVolumeClaim"]?["claimName"]?.string)
        _ = try object("PersistentVolumeClaim", claimed, in: objects)
    }

    @Test func `the monitor selects the Service with the metrics; the base needs no such kind`() async throws {
        let base = try await rendered("config/kubernetes")
        let kinds = Set(base.compactMap { $0["apiVersion"]?.string })
        #expect(kinds == ["v1", "apps/v1", "networking.k8s.io/v1"])
        let monitor = try object("ServiceMonitor", in: try await rendered("config/kubernetes/monitoring"))
        let wanted = try #require(monitor["spec"]?["selector"]?["matchLabels"]?.mapping)
        let selected = base.filter { candidate in
            guard candidate["kind"]?.string == "Service", let labels = candidate["metadata"]?["labels"] else {
                return false
            }
            return wanted.allSatisfy { key, value in labels[key] == value }
        }
        #expect(selected.map { $0["metadata"]?["name"]?.string } == ["hoistway-health"])
        #expect(monitor["metadata"]?["namespace"] == selected.first?["metadata"]?["namespace"])
        let port = monitor["spec"]?["endpoints"]?[0]?["port"]?.string
        #expect(selected.first?["spec"]?["ports"]?[0]?["name"]?.string == port)
    }

    /// `namespace/resource: verbs` of all roles, each bound to the base's service account.
    private func rights(_ folder: String) async throws -> [String] {
        let objects = try await rendered("config/kubernetes/argocd\(folder)")
        let account = try object("ServiceAccount", in: try await rendered("config/kubernetes"))
        var rights: [String] = []
        for role in objects where role["kind"]?.string != "RoleBinding" {
            #expect(role["kind"]?.string == "Role")
            let name = try #require(role["metadata"]?["name"]?.string)
            let binding = try object("RoleBinding", name, in: objects)
            #expect(binding["metadata"]?["namespace"] == role["metadata"]?["namespace"])
            #expect(binding["roleRef"]?["kind"]?.string == "Role")
            #expect(binding["roleRef"]?["name"]?.string == name)
            let subjects = try #require(binding["subjects"]?.sequence)
            #expect(subjects.map { $0["kind"]?.string } == ["ServiceAccount"])
            #expect(subjects.map { $0["name"]?.string } == [account["metadata"]?["name"]?.string])
            #expect(subjects.map { $0["namespace"]?.string } == [account["metadata"]?["namespace"]?.string])
            for rule in try #require(role["rules"]?.sequence) {
                let names = { (key: String) in rule[key]?.sequence?.compactMap(\.string).joined(separator: ",") ?? "" }
                let namespace = role["metadata"]?["namespace"]?.string ?? ""
                rights.append("\(namespace)/\(names("resources")).\(names("apiGroups")): \(names("verbs"))")
            }
        }
        return rights
    }

    @Test func `the rights for Argo CD are the least; the rest is optional`() async throws {
        #expect(try await rights("") == ["argocd/applications.argoproj.io: get,list,watch,patch"])
        #expect(try await rights("/read-only") == ["argocd/applications.argoproj.io: get,list,watch"])
        #expect(try await rights("/appprojects") == ["argocd/appprojects.argoproj.io: get,list,watch"])
        #expect(
            try await rights("/image-updater") == [
                "argocd/imageupdaters.argocd-image-updater.argoproj.io: list", "argocd/deployments.apps: list",
            ]
        )
    }

    @Test func `the pod gets a token only where it shall talk to its own cluster`() async throws {
        let folder = try TemporaryFolder("hoistway-overlay")
        defer { folder.remove() }
        // Of a copy: a base is named by a relative path.
        try FileManager.default.copyItem(
            atPath: "\(Shipped.package)/config/kubernetes",
            toPath: "\(folder.path)/kubernetes"
        )
        try folder.write(
            "namespace: hoistway\nresources: [kubernetes]\ncomponents: [kubernetes/argocd/in-cluster]\n",
            to: "kustomization.yaml"
        )
        let kubectl = try TestProgram.find("kubectl", package: "kubernetes-client")
        let text = try await TestProgram.check(kubectl, ["kustomize", folder.path]).text
        let objects = try RenderedObject.all(text)
        #expect(try pod(objects)["automountServiceAccountToken"]?.bool == true)
        #expect(try object("ServiceAccount", in: objects)["automountServiceAccountToken"]?.bool == true)
        let egress = try #require(try object("NetworkPolicy", in: objects)["spec"]?["egress"]?.sequence)
        #expect(egress.last?["ports"]?[0]?["port"]?.int == 6443)
    }
}
