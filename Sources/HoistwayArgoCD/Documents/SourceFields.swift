import HoistwayModel

/// One source in `spec`.
struct SourceFields: Decodable {
    struct Kustomize: Decodable {
        var images: [String]?
    }

    struct Helm: Decodable {
        struct Parameter: Decodable {
            var name: String?
            var value: String?
            var forceString: Bool?
        }

        var parameters: [Parameter]?
        var valueFiles: [String]?
    }

    var repoURL: String?
    var path: String?
    var targetRevision: String?
    var tagPrefix: String?
    var chart: String?
    var ref: String?
    var kustomize: Kustomize?
    var helm: Helm?

    func source(_ decoder: any Decoder) throws -> ApplicationSource {
        let limit = ApplicationDocument.maxEntries
        guard (kustomize?.images ?? []).count <= limit else {
            throw ApplicationDocument.excess(of: "kustomize images", decoder)
        }
        guard (helm?.parameters ?? []).count <= limit else {
            throw ApplicationDocument.excess(of: "helm parameters", decoder)
        }
        var source = ApplicationSource(
            repoURL: repoURL ?? "",
            path: path ?? "",
            targetRevision: targetRevision ?? "",
            chart: chart ?? "",
            ref: ref ?? "",
            kustomizeImages: kustomize?.images,
            hasKustomize: kustomize != nil,
            helmParameters: helm?.parameters?.map { parameter in
                ApplicationSource.HelmParameter(
                    name: parameter.name ?? "",
                    value: parameter.value ?? "",
                    forceString: parameter.forceString ?? false
                )
            },
            hasHelm: helm != nil,
            valueFiles: Array((helm?.valueFiles ?? []).prefix(ApplicationDocument.maxShown))
        )
        source.tagPrefix = tagPrefix ?? ""
        return source
    }
}
