import HoistwayModel
import Testing

struct StateChangeTests {
    private static func world() throws -> (World, Project) {
        var world = World()
        world.receive("1.0.0")
        world.receive("1.1.0", digest: World.digest("b"))
        return (world, try #require(world.pipelines.projects["shop"]))
    }

    @Test func `metadata of a stage is put under its keys, and other keys stay`() throws {
        var (world, project) = try Self.world()
        let first = StateChange.setMetadata(.stage, name: "test", values: ["a": .number(1), "b": .string("x")])
        world.state.apply(try first.changes(in: project, on: world.state))
        let second = StateChange.setMetadata(.stage, name: "test", values: ["b": .null, "c": .map(["d": .bool(true)])])
        world.state.apply(try second.changes(in: project, on: world.state))
        #expect(
            world.state.stages[world.stage("test")]?.metadata
                == ["a": .number(1), "b": .null, "c": .map(["d": .bool(true)])]
        )
        #expect(world.state.stages[world.stage("uat")]?.metadata == nil)
    }

    @Test func `freight is found by its name and by its alias`() throws {
        var (world, project) = try Self.world()
        let freight = try #require(world.freight("1.0.0")?.freight)
        for (key, name) in [("id", freight.id.text), ("alias", freight.alias)] {
            let change = StateChange.setMetadata(.freight, name: name, values: [key: .bool(true)])
            world.state.apply(try change.changes(in: project, on: world.state))
        }
        #expect(world.freight("1.0.0")?.metadata == ["id": .bool(true), "alias": .bool(true)])
    }

    @Test func `what is not there is an error that may pass, as in Kargo`() throws {
        let (world, project) = try Self.world()
        for (change, failure) in [
            (StateChange.setMetadata(.stage, name: "gone", values: ["a": .null]), StateChangeFailure.noStage("gone")),
            (.setMetadata(.freight, name: "gone", values: ["a": .null]), .noFreight("gone")),
            (.setFreightAlias(name: "gone", alias: "x"), .noFreight("gone")),
        ] {
            #expect(throws: failure) { try change.changes(in: project, on: world.state) }
            #expect(!failure.isTerminal)
        }
    }

    @Test func `an alias is taken by one freight of a project`() throws {
        var (world, project) = try Self.world()
        let (one, other) = (try #require(world.freight("1.0.0")), try #require(world.freight("1.1.0")))
        let taken = StateChange.setFreightAlias(name: one.freight.id.text, alias: other.freight.alias)
        #expect(throws: StateChangeFailure.aliasTaken(other.freight.alias, by: other.freight.id)) {
            try taken.changes(in: project, on: world.state)
        }
        // Freight is named by its id as well.
        let id = StateChange.setFreightAlias(name: one.freight.id.text, alias: other.freight.id.text)
        #expect(throws: StateChangeFailure.self) { try id.changes(in: project, on: world.state) }
        let change = StateChange.setFreightAlias(name: one.freight.alias, alias: "release-7")
        world.state.apply(try change.changes(in: project, on: world.state))
        #expect(world.freight("1.0.0")?.freight.alias == "release-7")
        let again = StateChange.setFreightAlias(name: "release-7", alias: "release-7")
        #expect(try again.changes(in: project, on: world.state) == [])
    }

    @Test(arguments: ["", "-x", "x-", "a b", "a/b", "Ünsal", "a\nb", String(repeating: "a", count: 64)])
    func `what Kubernetes takes for no label is no alias`(_ alias: String) throws {
        let (world, project) = try Self.world()
        let name = try #require(world.freight("1.0.0")).freight.id.text
        #expect(throws: StateChangeFailure.invalidAlias(alias)) {
            try StateChange.setFreightAlias(name: name, alias: alias).changes(in: project, on: world.state)
        }
    }

    @Test func `metadata has a bound`() throws {
        let (world, project) = try Self.world()
        let long = ConfigValue.string(String(repeating: "x", count: StateChange.maxMetadata))
        let change = StateChange.setMetadata(.stage, name: "test", values: ["a": long])
        #expect(throws: StateChangeFailure.tooLarge("the stage test")) {
            try change.changes(in: project, on: world.state)
        }
    }
}
