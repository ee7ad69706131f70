import HoistwayModel

extension RecordScanner {
    mutating func freightRecord() throws(Unusual) -> FreightRecord {
        var freight: Freight?
        var currentlyIn: [String: Timestamp]?
        var verifiedIn: [String: FreightRecord.Verification]?
        var approvedFor: [String: FreightRecord.Approval]?
        var observedIn: [String: Timestamp]?
        var failedIn: [String: FreightRecord.FailedVerification]?
        var unverifiedIn: [String: String]?
        var cause: String?
        var delivery: Int64?
        var metadata: [String: ConfigValue]?
        try openObject()
        while let field = try key() {
            switch field {
            case "freight": freight = try self.freight()
            case "currentlyIn": currentlyIn = try entries { (scanner) throws(Unusual) in try scanner.time() }
            case "verifiedIn": verifiedIn = try entries { (scanner) throws(Unusual) in try scanner.verification() }
            case "approvedFor": approvedFor = try rare([String: FreightRecord.Approval].self)
            case "observedIn": observedIn = try entries { (scanner) throws(Unusual) in try scanner.time() }
            case "failedIn": failedIn = try rare([String: FreightRecord.FailedVerification].self)
            case "unverifiedIn": unverifiedIn = try rare([String: String].self)
            case "cause": cause = try text()
            case "delivery": delivery = try number()
            case "metadata": metadata = try rare([String: ConfigValue].self)
            default: throw Unusual()
            }
        }
        guard let freight, let currentlyIn, let verifiedIn, let approvedFor, let cause else { throw Unusual() }
        var record = FreightRecord(
            freight: freight,
            currentlyIn: currentlyIn,
            verifiedIn: verifiedIn,
            approvedFor: approvedFor,
            cause: cause,
            delivery: delivery
        )
        record.observedIn = observedIn
        record.failedIn = failedIn
        record.unverifiedIn = unverifiedIn
        record.metadata = metadata
        return record
    }

    private mutating func verification() throws(Unusual) -> FreightRecord.Verification {
        var verifiedAt: Timestamp?
        var longestSoak: Duration?
        var isPassage: Bool?
        var by: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "verifiedAt": verifiedAt = try time()
            case "longestSoak": longestSoak = try rare(Duration.self)
            case "isPassage": isPassage = try flag()
            case "by": by = try text()
            default: throw Unusual()
            }
        }
        guard let verifiedAt else { throw Unusual() }
        return FreightRecord.Verification(
            verifiedAt: verifiedAt,
            longestSoak: longestSoak,
            isPassage: isPassage,
            by: by
        )
    }

    private mutating func freight() throws(Unusual) -> Freight {
        var id: FreightID?
        var alias: String?
        var origin: WarehouseKey?
        var artifacts: [Artifact]?
        var discoveredAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "id": id = FreightID(try text())
            case "alias": alias = try text()
            case "origin":
                let (project, name) = try projectAndName()
                origin = WarehouseKey(project: project, name: name)
            case "artifacts": artifacts = try elements { (scanner) throws(Unusual) in try scanner.artifact() }
            case "discoveredAt": discoveredAt = try time()
            default: throw Unusual()
            }
        }
        guard let id, let alias, let origin, let artifacts, let discoveredAt else { throw Unusual() }
        return Freight(id: id, alias: alias, origin: origin, artifacts: artifacts, discoveredAt: discoveredAt)
    }

    /// An object with the artifact's kind as its only key, and the name that Swift gives to a value without one.
    private mutating func artifact() throws(Unusual) -> Artifact {
        try openObject()
        guard let kind = try key() else { throw Unusual() }
        try openObject()
        guard try key() == "_0" else { throw Unusual() }
        let artifact: Artifact
        switch kind {
        case "image": artifact = .image(try image())
        case "commit": artifact = .commit(try commit())
        case "chart": artifact = .chart(try rare(ChartArtifact.self))
        default: throw Unusual()
        }
        guard try key() == nil, try key() == nil else { throw Unusual() }
        return artifact
    }

    private mutating func image() throws(Unusual) -> ImageArtifact {
        var repoURL: String?
        var tag: String?
        var digest: String?
        var createdAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "repoURL": repoURL = try text()
            case "tag": tag = try text()
            case "digest": digest = try text()
            case "createdAt": createdAt = try time()
            default: throw Unusual()
            }
        }
        guard let repoURL, let tag, let digest else { throw Unusual() }
        return ImageArtifact(repoURL: repoURL, tag: tag, digest: digest, createdAt: createdAt)
    }

    private mutating func commit() throws(Unusual) -> CommitArtifact {
        var repoURL: String?
        var id: ObjectID?
        var branch: String?
        var tag: String?
        var message: String?
        var author: String?
        var committer: String?
        var createdAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "repoURL": repoURL = try text()
            case "id": id = try objectID()
            case "branch": branch = try text()
            case "tag": tag = try text()
            case "message": message = try text()
            case "author": author = try text()
            case "committer": committer = try text()
            case "createdAt": createdAt = try time()
            default: throw Unusual()
            }
        }
        guard let repoURL, let id, let message, let author else { throw Unusual() }
        return CommitArtifact(
            repoURL: repoURL,
            id: id,
            branch: branch,
            tag: tag,
            message: message,
            author: author,
            committer: committer,
            createdAt: createdAt
        )
    }
}
