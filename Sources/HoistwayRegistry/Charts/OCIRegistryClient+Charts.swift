import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

extension OCIRegistryClient: ChartRepository {
    /// Media types of a chart in a registry: <https://helm.sh/docs/topics/registries/#helm-chart-manifest>; the second
    /// one is that of Helm before 3.7.
    private static let contentTypes = [
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip",
    ]

    package func versions(of chart: ChartSource, project: String) async throws(ChartFailure) -> ChartListing {
        if !chart.isNamed, let guarded { return try await guarded.versions(of: chart, project: project) }
        do throws(RegistryFailure) {
            guard chart.isOCI else { return try await indexed(chart, project: project) }
            let tags = try await tags(in: repository(chart, project: project))
            return ChartListing(
                entries: tags.map { ChartListing.Entry(version: ChartSelection.version(ofTag: $0)) }
            )
        } catch {
            throw ChartFailure(error)
        }
    }

    package func archive(
        of chart: ChartSource,
        version: String,
        limit: Int,
        project: String
    ) async throws(ChartFailure) -> PackedChart {
        if !chart.isNamed, let guarded {
            return try await guarded.archive(of: chart, version: version, limit: limit, project: project)
        }
        do throws(RegistryFailure) {
            if chart.isOCI { return try await pulled(chart, version: version, limit: limit, project: project) }
            let repository = try indexRepository(chart, project: project)
            let listing = try await indexed(chart, project: project)
            guard let entry = listing.entries.first(where: { $0.version.utf8.elementsEqual(version.utf8) }) else {
                throw .refused(
                    host: repository.host,
                    status: 404,
                    detail: "its index.yaml has no version \(ShownText.bare(version)) of \(ShownText.bare(chart.name))"
                )
            }
            return try await packed(entry, limit: limit, in: repository)
        } catch {
            throw ChartFailure(error)
        }
    }

    private func pulled(
        _ chart: ChartSource,
        version: String,
        limit: Int,
        project: String
    ) async throws(RegistryFailure) -> PackedChart {
        let repository = try repository(chart, project: project)
        let tag = String(version.map { $0 == "+" ? "_" : $0 })
        guard ImageTag.isValid(tag), let fetched = try await manifest(tag, in: repository) else {
            throw .refused(
                host: repository.host,
                status: 404,
                detail: "it has no \(repository.path):\(ShownText.bare(tag)), or hides it from this login"
            )
        }
        let layer = (fetched.manifest.layers ?? []).first { Self.contentTypes.contains($0.mediaType ?? "") }
        guard let digest = layer?.digest, ImageDigest.isValid(digest) else {
            throw .malformed(host: repository.host, detail: "\(repository.path):\(tag) is no Helm chart")
        }
        let answer = try await ask(
            .GET,
            "blobs/\(digest)",
            accept: ["*/*"],
            in: repository,
            limit: limit,
            isBlob: true
        )
        guard let answer else {
            throw .malformed(host: repository.host, detail: "it has not the content of \(repository.path):\(tag)")
        }
        _ = try FetchedManifest.verify(answer.body, digest: digest, host: repository.host)
        return PackedChart(bytes: answer.body, isVerified: true)
    }

    private func repository(_ chart: ChartSource, project: String) throws(RegistryFailure) -> RegistryRepository {
        guard let key = ImageKey(chart.repoURL) else {
            throw .malformed(
                host: URLText.host(of: chart.repoURL) ?? "",
                detail: "its URL names no repository of a registry"
            )
        }
        return try RegistryRepository(
            key,
            repoURL: chart.repoURL,
            kind: .helm,
            project: project,
            skipsVerification: chart.insecureSkipTLSVerify,
            options: options
        )
    }
}
