import Testing

@testable import Server

/// Bytes in flight, counted.
@Suite struct BodyBudgetTests {
  @Test func letsInWhatFits() async {
    let budget = BodyBudget(bytesMax: 100, wait: .zero)
    #expect(await budget.take(60))
    #expect(budget.tryTake(40))
    #expect(!budget.tryTake(1))
    #expect(await budget.take(1) == false)
    budget.giveBack(40)
    #expect(!budget.tryExtend(41, own: 10))
    #expect(budget.tryExtend(40, own: 10))
    #expect(budget.used == 100)
  }

  @Test func letsALargeOneInAlone() async {
    let budget = BodyBudget(bytesMax: 100, wait: .zero)
    #expect(await budget.take(1_000))
    #expect(await budget.take(1) == false)
    budget.giveBack(1_000)
    #expect(await budget.take(1))
    #expect(await budget.take(1_000) == false)
    #expect(budget.tryExtend(1_000, own: 1))
    #expect(!budget.tryExtend(1, own: 1))
  }

  @Test func nobodyIsForgotten() async {
    let budget = BodyBudget(bytesMax: 100, wait: .seconds(600))
    let admitted = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<200 {
        group.addTask {
          let bytes = 1 + index * 37 % 150
          guard await budget.take(bytes) else { return false }
          await Task.yield()
          budget.giveBack(bytes)
          return true
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(admitted == 200)
    #expect(budget.used == 0)
  }

  @Test func cancelledOnesGoAway() async {
    let budget = BodyBudget(bytesMax: 1, wait: .seconds(600))
    #expect(await budget.take(1))
    let waiting = Task { await budget.take(1) }
    waiting.cancel()
    #expect(await waiting.value == false)
    budget.giveBack(1)
    #expect(budget.tryTake(1))
  }
}
