package import HoistwayModel

/// A request that may be sent again, and the answer to it.
package struct KeyedRequest: Sendable, Equatable {
    /// A digest of the key and its owner: 32 bytes.
    package var key: [UInt8]
    /// The owner of the request.
    package var owner: [UInt8]
    /// A digest of the whole content of the request.
    package var content: [UInt8]
    package var at: Timestamp
    /// `nil`: the request was begun, and its result is not known.
    package var answer: KeptAnswer?

    package init(key: [UInt8], owner: [UInt8], content: [UInt8], at: Timestamp, answer: KeptAnswer? = nil) {
        self.key = key
        self.owner = owner
        self.content = content
        self.at = at
        self.answer = answer
    }
}

package struct KeptAnswer: Sendable, Equatable {
    package var status: Int
    package var location: String?
    /// `nil`: the body contained a secret, or was too large.
    package var body: [UInt8]?

    package init(status: Int, location: String?, body: [UInt8]?) {
        self.status = status
        self.location = location
        self.body = body
    }
}

/// Keeps requests that may be sent again.
package protocol RequestBook: Sendable {
    /// Stores that a request begins, unless its key is already stored; durable when it returns.
    ///
    /// Removes requests from before `limit` first. `most`: how many requests an owner may have.
    func begin(_ request: KeyedRequest, most: Int, forgetting limit: Timestamp) async throws(StoreFailure)
        -> KeyedRequestBegin
    func finish(_ key: [UInt8], _ answer: KeptAnswer) async throws(StoreFailure)
    func forget(_ key: [UInt8]) async throws(StoreFailure)
}

package enum KeyedRequestBegin: Sendable, Equatable {
    case begun
    case known(KeyedRequest)
    /// The owner has the most requests that it may have.
    case full
}
