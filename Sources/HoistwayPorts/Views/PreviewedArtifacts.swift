package import HoistwayModel

/// Pairs of the same artifact of one warehouse, before and after a promotion.
package enum PreviewedArtifacts {
    package static func changes(
        of warehouse: String,
        from old: Freight?,
        to new: Freight?
    ) -> [PreviewView.ArtifactChange] {
        var changes: [PreviewView.ArtifactChange] = []
        for (artifact, isNew) in (old?.artifacts ?? []).map({ ($0, false) })
            + (new?.artifacts ?? []).map({ ($0, true) })
        {
            let place = place(of: artifact, in: warehouse)
            let (version, digest) = version(of: artifact)
            let known = changes.firstIndex { change in
                change.kind == place.kind && change.repository == place.repository && change.name == place.name
                    && (isNew ? change.new == nil : change.old == nil)
            }
            let index = known ?? changes.endIndex
            if known == nil { changes.append(place) }
            if isNew {
                (changes[index].new, changes[index].newDigest) = (version, digest)
            } else {
                (changes[index].old, changes[index].oldDigest) = (version, digest)
            }
        }
        return changes
    }

    private static func place(of artifact: Artifact, in warehouse: String) -> PreviewView.ArtifactChange {
        switch artifact {
        case .image(let image): .init(warehouse: warehouse, kind: .image, repository: image.repoURL)
        case .commit(let commit): .init(warehouse: warehouse, kind: .commit, repository: commit.repoURL)
        case .chart(let chart): .init(warehouse: warehouse, kind: .chart, repository: chart.repoURL, name: chart.name)
        }
    }

    private static func version(of artifact: Artifact) -> (version: String, digest: String?) {
        switch artifact {
        case .image(let image): (image.tag, image.digest)
        case .commit(let commit): (commit.id.hex, nil)
        case .chart(let chart): (chart.version, nil)
        }
    }
}
