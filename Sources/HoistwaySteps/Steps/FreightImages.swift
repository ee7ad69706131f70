import HoistwayModel

extension FreightLookup {
    /// The freight's image of that name, for a step that names no version.
    ///
    /// - Parameter warehouse: the one whose freight is meant; `nil`: any.
    func image(named name: String, from warehouse: String?) throws(StepFailure) -> ImageArtifact {
        switch image(name, from: warehouse) {
        case .found(let image): return image
        case .absent:
            let of = warehouse.map { " of the warehouse \($0)" } ?? ""
            throw .unmet(
                "the freight\(of) carries no image \(name), and the step names no tag and no digest for it",
                hint: "subscribe a warehouse of the stage to the image, or give the step's image a tag or a digest"
            )
        case .ambiguous(let warehouses):
            throw .unmet(
                "several subscriptions watch \(name) (freight of \(Listing.text(warehouses)) carries it), so that the "
                    + "version to set is not clear",
                hint: "name the warehouse: fromOrigin: {kind: Warehouse, name: …}; in promotionMechanisms: origin"
            )
        }
    }
}
