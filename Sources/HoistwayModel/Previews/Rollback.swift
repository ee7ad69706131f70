/// Whether freight is older than the freight in a stage.
package enum Rollback {
    /// - Parameter present: the stage's freight of the same warehouse; `nil`: there is none.
    package static func answer(from present: Freight?, to freight: Freight) -> (isRollback: Bool, reason: String) {
        guard let present else { return (false, "no freight of warehouse \(freight.origin.name) lies in the stage") }
        guard present.id != freight.id else { return (false, "freight \(freight.alias) lies in the stage already") }
        let isOlder =
            (freight.discoveredAt, freight.id.text) < (present.discoveredAt, present.id.text)
        return isOlder
            ? (true, "freight \(freight.alias) is older than \(present.alias), which lies in the stage")
            : (false, "freight \(freight.alias) is newer than \(present.alias), which lies in the stage")
    }
}
