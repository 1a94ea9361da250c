namespace Faults;

/// <summary>What became of the changes of one round.</summary>
/// <param name="Changes">Changes of records that were made.</param>
/// <param name="Received">Those that came by the queue.</param>
/// <param name="CameAgain">Messages with an event id that had come before.</param>
/// <param name="OtherIds">Changes that came under two event ids.</param>
/// <param name="OutOfOrder">Changes that first came after a later one of the same record.</param>
/// <param name="OtherMessages">Messages that are no changes: lost, gap, overflow, unreadable.</param>
/// <param name="Delivered">Events that the org delivered, each as often as it did.</param>
/// <param name="IsPositionRight">Whether the stored position is that of the last event.</param>
/// <param name="Median">The delay of single changes while the app listens, until the consumer has the message.</param>
/// <param name="Late">The same for the slowest twentieth.</param>
internal sealed record EventBalance(
    int Changes,
    int Received,
    int CameAgain,
    int OtherIds,
    int OutOfOrder,
    int OtherMessages,
    long Delivered,
    bool IsPositionRight,
    TimeSpan Median,
    TimeSpan Late,
    string Disturbances,
    TimeSpan Elapsed)
{
    public bool IsWhole => Received == Changes && OtherIds == 0 && OutOfOrder == 0 && OtherMessages == 0 && IsPositionRight;

    public async Task PrintAsync(TextWriter output) => await output.WriteLineAsync(
        $"""

        Changes of records, {Disturbances}, {Elapsed.TotalSeconds:F0} s
          changes           {Changes,7}
          on the queue      {Received,7}
          missing           {Changes - Received,7}
          came again        {CameAgain,7}, with the same event id
          with another id   {OtherIds,7}
          out of order      {OutOfOrder,7}, of the changes of one record
          other messages    {OtherMessages,7}
          delivered by org  {Delivered,7}
          position          {(IsPositionRight ? "that of the last event" : "NOT that of the last event")}
          delay             {Median.TotalMilliseconds:F0} ms median, {Late.TotalMilliseconds:F0} ms 95 %, of single changes while listening
          {(IsWhole ? "balanced" : "NOT BALANCED")}
        """);
}
