using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>
/// Shares an org's token among all instances of the app, in Table storage: one instance logs in, under a lease, and the
/// others wait for its token. If the table is unavailable, each instance logs in for itself.
/// </summary>
/// <param name="table"><see langword="null"/> if there is none; each instance then logs in for itself.</param>
internal sealed partial class SharedTokens(
    TableClient? table, AllowedHosts hosts, IOptions<SalesforceOptions> options, TimeProvider time, ILogger<SharedTokens> logger)
{
    /// <summary>The lease of a login.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for logins of other instances.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The timeout of a request to storage, including its retries.</summary>
    private static readonly TimeSpan StoragePatience = TimeSpan.FromSeconds(3);

    // A thousand instances that poll one entry at this interval stay below the 2,000 requests per second of a partition.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Whether tokens are shared.</summary>
    public bool IsOn => table is not null && options.Value.ShareTokens;

    /// <summary>Gets a token other than <paramref name="refused"/>: another instance's, or from a new login, which is then shared.</summary>
    /// <param name="seal">The encryption with the current secret.</param>
    /// <exception cref="ConnectorException">The login failed, or another instance's login was rejected a moment ago.</exception>
    public async Task<AccessToken> GetAsync(TokenSeal seal, AccessToken? refused, Func<Task<AccessToken>> logIn)
    {
        if (table is null || !options.Value.ShareTokens)
        {
            return await logIn().ConfigureAwait(false);
        }

        Turn turn;
        try
        {
            turn = await AwaitTurnAsync(table, seal, refused).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            Log.NotShared(logger, seal.Partition, LoggedException.From(e));
            turn = new Turn.Alone();
        }

        return turn switch
        {
            Turn.Done(var token) => token,
            Turn.Mine(var entry) => await LogInForAllAsync(table, seal, entry, refused, logIn).ConfigureAwait(false),
            _ => await logIn().ConfigureAwait(false),
        };
    }

    private async Task<Turn> AwaitTurnAsync(TableClient table, TokenSeal seal, AccessToken? refused)
    {
        var writer = Guid.NewGuid();
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await FindAsync(table, seal).ConfigureAwait(false);
            var last = found?.Sealed is { } content ? Open(seal, content) : null;
            if (last is not null && Use(last, refused) is { } token)
            {
                return new Turn.Done(token);
            }

            if (found?.Writer == writer)
            {
                return new Turn.Mine(found);
            }

            if (!IsLeased(found))
            {
                var mine = new SharedLoginEntry
                {
                    Partition = seal.Partition,
                    Row = seal.Row,
                    // During the login, callers without a rejected token get the current one. An unreadable entry is ignored.
                    Sealed = last is null ? null : found?.Sealed,
                    Writer = writer,
                    LeaseUntil = time.GetUtcNow() + Lease,
                    ETag = found?.ETag ?? default,
                };
                if (await TryWriteAsync(table, mine).ConfigureAwait(false))
                {
                    return new Turn.Mine(mine);
                }
            }

            if (time.GetElapsedTime(started) > Patience)
            {
                return new Turn.Alone();
            }

            await Task.Delay(Pause(), time).ConfigureAwait(false);
        }
    }

    private async Task<AccessToken> LogInForAllAsync(
        TableClient table, TokenSeal seal, SharedLoginEntry entry, AccessToken? refused, Func<Task<AccessToken>> logIn)
    {
        try
        {
            var token = await logIn().ConfigureAwait(false);
            var login = new SharedLogin { At = token.Since, Token = token.Value, Instance = token.Instance, EndsAt = token.EndsAt, OrgId = token.OrgId, RefusedSince = refused is { StillServes: false } ? refused.Since : null };
            await EndAsync(table, seal, entry, login).ConfigureAwait(false);
            return token;
        }
        catch (ConnectorException e)
        {
            // A rejection is shared, because each further attempt could lock the user out. After any other failure, the next
            // instance tries.
            var refusal = e.Problem.ErrorCode == ErrorCodes.AuthenticationFailed ? Refuse(seal, entry, refused, e.Problem) : null;
            await EndAsync(table, seal, entry, refusal).ConfigureAwait(false);
            throw;
        }
    }

    private SharedLogin Refuse(TokenSeal seal, SharedLoginEntry entry, AccessToken? refused, Problem refusal)
    {
        var now = time.GetUtcNow();
        return refused is { StillServes: true } && entry.Sealed is { } content && Open(seal, content) is { Token: not null } last
            ? last.With(refusal, now)
            : new SharedLogin { At = now, Refusal = refusal, RefusedAt = now };
    }

    private async Task EndAsync(TableClient table, TokenSeal seal, SharedLoginEntry entry, SharedLogin? login)
    {
        entry.LeaseUntil = null;
        if (login is not null)
        {
            entry.Sealed = seal.Seal(JsonSerializer.SerializeToUtf8Bytes(login, LoginJson.Default.SharedLogin));
        }

        try
        {
            // Not written if the login took longer than the lease, because another instance is logging in then.
            await TryWriteAsync(table, entry).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            Log.NotShared(logger, seal.Partition, LoggedException.From(e));
        }
    }

    private AccessToken? Use(SharedLogin last, AccessToken? refused)
    {
        var now = time.GetUtcNow();
        if (last is { Token: { } value, Instance: { } instance }
            && value != refused?.Value
            && hosts.Allows(instance)
            && !(now >= last.At + options.Value.TokenLifetime)
            && new AccessToken(value, instance, last.At) { IsShared = true, EndsAt = last.EndsAt, OrgId = last.OrgId, RefusedSince = last.RefusedSince } is var token
            && !token.HasEnded(now))
        {
            return token;
        }

        // Also of an attempt to replace the token: each further one could lock the user out.
        return last.Refusal is { } refusal && (now - (last.RefusedAt ?? last.At)).Duration() < options.Value.RefusedLoginPause
            ? throw new ConnectorException(refusal)
            : null;
    }

    private SharedLogin? Open(TokenSeal seal, byte[] content)
    {
        try
        {
            if (seal.Open(content) is { } json)
            {
                return JsonSerializer.Deserialize(json, LoginJson.Default.SharedLogin);
            }
        }
        catch (JsonException)
        {
            // Written by another version of the app.
        }

        Log.Unreadable(logger, seal.Partition);
        return null;
    }

    // The clock of another instance can be ahead, but not by much.
    private bool IsLeased(SharedLoginEntry? entry) =>
        entry?.LeaseUntil - time.GetUtcNow() is { } left && left > TimeSpan.Zero && left < 2 * Lease;

    private static TimeSpan Pause() => ShortestPause + (Random.Shared.NextDouble() * (LongestPause - ShortestPause));

    private async Task<SharedLoginEntry?> FindAsync(TableClient table, TokenSeal seal)
    {
        using var patience = new CancellationTokenSource(StoragePatience, time);
        var found = await table
            .GetEntityIfExistsAsync<TableEntity>(seal.Partition, seal.Row, cancellationToken: patience.Token)
            .ConfigureAwait(false);
        return found.HasValue ? SharedLoginEntry.From(found.Value!) : null;
    }

    /// <returns>Whether the entry was unchanged.</returns>
    private async Task<bool> TryWriteAsync(TableClient table, SharedLoginEntry entry)
    {
        using var patience = new CancellationTokenSource(StoragePatience, time);
        if (await ConditionalWrite.TryWriteAsync(table, entry.ToEntity(), entry.ETag, patience.Token).ConfigureAwait(false) is not { } written)
        {
            return false;
        }

        entry.ETag = written;
        return true;
    }

    private static bool IsFailure(Exception exception) =>
        StorageConnection.IsFailure(exception) || exception is OperationCanceledException;

    /// <summary>How an instance gets a token.</summary>
    private abstract record Turn
    {
        /// <summary>Another instance has logged in.</summary>
        public sealed record Done(AccessToken Token) : Turn;

        /// <summary>This instance logs in for all.</summary>
        /// <param name="Entry">The entry, with the lease.</param>
        public sealed record Mine(SharedLoginEntry Entry) : Turn;

        /// <summary>This instance logs in for itself: storage is unavailable, or other instances have taken too long.</summary>
        public sealed record Alone : Turn;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Storage does not answer: this instance logs in at {Org} for itself, or keeps its token to itself")]
        public static partial void NotShared(ILogger logger, string org, LoggedException? exception);

        [LoggerMessage(2, LogLevel.Information, "The token that instances share for {Org} was sealed with another client secret or signing key, or is damaged: a login replaces it")]
        public static partial void Unreadable(ILogger logger, string org);
    }
}
