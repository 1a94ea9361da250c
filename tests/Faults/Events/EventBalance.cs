namespace Faults;

/// <summary>What became of the changes of one round.</summary>
/// <param name="Changes">Changes of records that were made.</param>
/// <param name="Queue">What came by the queue.</param>
/// <param name="Webhook">What came by the webhook.</param>
/// <param name="Unsigned">Requests to the webhook without a right signature.</param>
/// <param name="Delivered">Events that the org delivered, each as often as it did.</param>
/// <param name="ArePositionsRight">Whether the stored positions are those of the last events.</param>
/// <param name="Median">The delay of single changes while the app listens, until the consumer has the message.</param>
/// <param name="Late">The same for the slowest twentieth.</param>
internal sealed record EventBalance(
    int Changes,
    EventTally Queue,
    EventTally Webhook,
    int Unsigned,
    long Delivered,
    bool ArePositionsRight,
    TimeSpan Median,
    TimeSpan Late,
    string Disturbances,
    TimeSpan Elapsed)
{
    public bool IsWhole => IsWholeBy(Queue) && IsWholeBy(Webhook) && Unsigned == 0 && ArePositionsRight;

    public async Task PrintAsync(TextWriter output) => await output.WriteLineAsync(
        $"""

        Changes of records, {Disturbances}, {Elapsed.TotalSeconds:F0} s
                              queue  webhook
          changes           {Changes,7}  {Changes,7}
          received          {Queue.Received,7}  {Webhook.Received,7}
          missing           {Changes - Queue.Received,7}  {Changes - Webhook.Received,7}
          came again        {Queue.CameAgain,7}  {Webhook.CameAgain,7}, with the same event id
          with another id   {Queue.OtherIds,7}  {Webhook.OtherIds,7}
          out of order      {Queue.OutOfOrder,7}  {Webhook.OutOfOrder,7}, of the changes of one record
          other messages    {Queue.OtherMessages,7}  {Webhook.OtherMessages,7}
          wrongly signed             {Unsigned,7}
          delivered by org  {Delivered,7}, to both subscriptions
          positions         {(ArePositionsRight ? "those of the last events" : "NOT those of the last events")}
          delay             {Median.TotalMilliseconds:F0} ms median, {Late.TotalMilliseconds:F0} ms 95 %, of single changes by the queue while listening
          {(IsWhole ? "balanced" : "NOT BALANCED")}
        """);

    private bool IsWholeBy(EventTally tally) => tally.Received == Changes && tally is { OtherIds: 0, OutOfOrder: 0, OtherMessages: 0 };
}
