import HoistwayPorts

/// Artifacts with links to their commit, tag or image.
struct ArtifactLines {
    let artifacts: [ArtifactView]

    func write(_ html: inout HTML) {
        html(.ul, .class("lines")) { html in
            for artifact in artifacts {
                html(.li) { html in
                    html(.span, .class("quiet"), text: "\(artifact.name) ")
                    html(.strong) { $0.outside(artifact.url, text: artifact.version) }
                    if let subject = artifact.subject { html.text(" \(subject)") }
                    if let digest = artifact.digest {
                        html(.span, .class("quiet code"), .title(digest), text: " \(digest.prefix(19))…")
                    }
                }
            }
        }
    }
}
