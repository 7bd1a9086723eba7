// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {
    CATEGORY_CARRIER_FAULT,
    CATEGORY_CHANGE_OF_MIND,
    CATEGORY_DECLINE,
    IParticipantRegistry,
    ROLE_SELLER
} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook, Terms} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice The part of `ReturnLedger` about what buyers ask and sellers decide, and about lost keys.
/// @dev `ReturnLedger` runs this code on its own storage. Called directly it finds no receipt, and records nothing.
contract ReturnRequests is ReturnBase {
    bytes32 private constant OPEN_TYPEHASH = keccak256(
        "OpenReturn(bytes32 receipt,uint32 number,uint8 kind,uint8 resolution,uint64 deliveredAt,ReturnLine[] lines,uint256 nonce,uint64 deadline)ReturnLine(uint8 line,uint24 quantity,uint16 reason)"
    );
    bytes32 private constant ASK_TYPEHASH =
        keccak256("AskBuyer(bytes32 returnId,bytes32 question,uint256 nonce,uint64 deadline)");
    bytes32 private constant SUPPLY_TYPEHASH =
        keccak256("SupplyAnswer(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)");
    bytes32 private constant APPROVE_TYPEHASH = keccak256(
        "ApproveReturn(bytes32 returnId,uint32 inspector,bool returnless,ApprovedLine[] exceptions,uint256 nonce,uint64 deadline)ApprovedLine(uint8 line,uint24 quantity,uint16 reason)"
    );
    bytes32 private constant DECLINE_TYPEHASH =
        keccak256("DeclineReturn(bytes32 returnId,uint16 reason,uint256 nonce,uint64 deadline)");
    bytes32 private constant CANCEL_TYPEHASH =
        keccak256("CancelReturn(bytes32 returnId,uint256 nonce,uint64 deadline)");
    bytes32 private constant REOPEN_TYPEHASH =
        keccak256("ReopenReturn(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)");
    bytes32 private constant NAME_INSPECTOR_TYPEHASH =
        keccak256("NameInspector(bytes32 returnId,uint32 inspector,uint256 nonce,uint64 deadline)");
    bytes32 private constant CLOSE_TYPEHASH = keccak256("CloseReturn(bytes32 returnId,uint256 nonce,uint64 deadline)");
    bytes32 private constant PROPOSE_KEY_TYPEHASH =
        keccak256("ProposeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)");
    bytes32 private constant VETO_KEY_TYPEHASH =
        keccak256("VetoBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)");
    bytes32 private constant TAKE_KEY_TYPEHASH =
        keccak256("TakeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)");

    uint256 private constant QUESTION_LIMIT = 3;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
        ReturnBase(registry, policies, parcelLedger)
    {}

    /* REQUEST */

    function openReturn(OpenReturn calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _hashOpen(request, authorisation);
        _authorise(digest, authorisation);
        Sale storage sale = _claimed(request.receipt);
        bytes32 returnId = keccak256(abi.encode(request.receipt, request.number));
        if (sale.buyer != authorisation.actor) revert ReturnNotParty(returnId, authorisation.actor);
        if (request.number != uint256(sale.returnCount) + 1) {
            revert ReturnNumberWrong(request.receipt, request.number, uint32(sale.returnCount) + 1);
        }
        _noteDelivery(sale, request.deliveredAt);
        bool late = _checkTerms(request, sale);

        sale.returnCount += 1;
        bool finalSale = _takeLines(returnId, request.receipt, sale.lines, request.lines);
        // The statutory right needs no answer, and a seller's "final sale" does not end it.
        bool withdrawn = request.kind == ReturnKind.WITHDRAWAL && !late;
        _rmas[returnId] = Rma({
            receipt: request.receipt,
            status: withdrawn ? ReturnStatus.APPROVED : ReturnStatus.REQUESTED,
            kind: request.kind,
            resolution: request.resolution,
            flags: late || finalSale ? WEAK : 0,
            inspector: 0,
            openedAt: uint40(block.timestamp),
            since: uint40(block.timestamp),
            sentAt: 0,
            refundedMinor: 0,
            questions: 0,
            parcels: 0
        });
        _recordOpened(request, returnId, digest, sale.deliveredAt, late, finalSale);
    }

    function _hashOpen(OpenReturn calldata request, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        return _digestOf(
            abi.encode(
                OPEN_TYPEHASH,
                request.receipt,
                request.number,
                request.kind,
                request.resolution,
                request.deliveredAt,
                ReturnHash.ofReturned(request.lines)
            ),
            authorisation.nonce,
            authorisation.deadline
        );
    }

    function _recordOpened(
        OpenReturn calldata request,
        bytes32 returnId,
        bytes32 digest,
        uint64 deliveredAt,
        bool late,
        bool finalSale
    ) private {
        _record(
            ReturnOpened.selector,
            returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.receipt,
                request.number,
                request.kind,
                request.resolution,
                deliveredAt,
                late,
                finalSale,
                request.lines
            )
        );
    }

    /// @dev Checks that the policy offers what is asked for; returns whether it is late.
    function _checkTerms(OpenReturn calldata request, Sale storage sale) private view returns (bool) {
        (uint256 window_s, uint256 withdrawal_s, uint256 uninformed_s, uint8 offered) =
            _policies.windowsOf(_policyOf(sale), sale.policyVersion);
        if (request.kind == ReturnKind.NONE) revert ReturnKindInvalid(request.kind);
        if (request.kind == ReturnKind.WITHDRAWAL) {
            if (!sale.consumer) revert ReturnWithdrawalNotOffered(request.receipt);
            offered = uint8(1 << uint8(Resolution.REFUND));
            // The legal period may end later than its seconds say, on the next working day: the grace covers that.
            window_s = sale.informed ? withdrawal_s : withdrawal_s + uninformed_s;
        }
        if (offered & (1 << uint8(request.resolution)) == 0) revert ReturnNotOffered(request.resolution, offered);
        // Without a stated delivery the window has not begun. Late is a ground to decline, not a refusal.
        return sale.deliveredAt != 0 && block.timestamp > sale.deliveredAt + window_s;
    }

    /// @return finalSale Whether something is returned for change of mind that was sold as final.
    function _takeLines(bytes32 returnId, bytes32 receipt, uint256 soldLines, ReturnLine[] calldata lines)
        private
        returns (bool finalSale)
    {
        _checkLineCount(lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            uint8 line = lines[i].line;
            if (line >= soldLines) revert LineUnknown(line, soldLines);
            RmaLine storage asked = _rmaLines[returnId][line];
            if (asked.requested != 0) revert LineRepeated(line);
            if (lines[i].quantity == 0) revert QuantityZero(line);
            // At most LINE_LIMIT, of a contract of ours.
            // slither-disable-next-line calls-loop
            uint8 category = _registry.categoryOf(lines[i].reason);
            if (category == 0 || category > CATEGORY_CARRIER_FAULT) {
                revert ReasonWrongCategory(lines[i].reason, category);
            }
            SaleLine storage sold = _saleLines[receipt][line];
            uint256 available = sold.quantity - sold.returning;
            if (lines[i].quantity > available) revert QuantityTooLarge(line, lines[i].quantity, available);

            sold.returning += lines[i].quantity;
            asked.requested = lines[i].quantity;
            asked.expected = lines[i].quantity;
            asked.category = category;
            if (sold.finalSale && category == CATEGORY_CHANGE_OF_MIND) finalSale = true;
        }
    }

    /* DECISION */

    function askBuyer(AskBuyer calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asSeller(request.returnId, abi.encode(ASK_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.REQUESTED);
        if (rma.questions >= QUESTION_LIMIT) revert ReturnQuestionLimitReached(request.returnId, QUESTION_LIMIT);

        rma.questions += 1;
        _enter(rma, ReturnStatus.QUESTIONED);
        _record(
            BuyerAsked.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.question)
        );
    }

    function supplyAnswer(SupplyAnswer calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(SUPPLY_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.QUESTIONED);

        _enter(rma, ReturnStatus.REQUESTED);
        _record(
            AnswerSupplied.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.document)
        );
    }

    function approveReturn(ApproveReturn calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(
            APPROVE_TYPEHASH,
            request.returnId,
            request.inspector,
            request.returnless,
            ReturnHash.ofApproved(request.exceptions)
        );
        (Rma storage rma, bytes32 digest) = _asSeller(request.returnId, fields, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.REQUESTED);
        if (request.exceptions.length != 0) _except(request.returnId, rma, request.exceptions);

        rma.inspector = request.inspector;
        _enter(rma, ReturnStatus.APPROVED);
        AcceptedLine[] memory accepted;
        if (request.returnless) {
            rma.flags |= RETURNLESS;
            accepted = _acceptExpected(request.returnId, rma);
        }
        _record(
            ReturnApproved.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.inspector,
                request.returnless,
                request.exceptions,
                accepted,
                rma.flags & COMPLETES != 0
            )
        );
    }

    /// @dev At least one piece must stay approved: otherwise it is a decline.
    function _except(bytes32 returnId, Rma storage rma, ApprovedLine[] calldata exceptions) private {
        _checkLineCount(exceptions.length);
        for (uint256 i = 0; i < exceptions.length; ++i) {
            ApprovedLine calldata exception = exceptions[i];
            RmaLine storage asked = _rmaLines[returnId][exception.line];
            // An exception leaves fewer pieces than were asked for, so this one was here before.
            if (asked.expected != asked.requested) revert LineRepeated(exception.line);
            if (exception.quantity >= asked.expected) {
                revert QuantityTooLarge(exception.line, exception.quantity, asked.expected);
            }
            _requireDeclineReason(exception.reason);
            _saleLines[rma.receipt][exception.line].returning -= asked.expected - exception.quantity;
            asked.expected = exception.quantity;
        }
        uint256 left;
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) left += _rmaLines[returnId][line].expected;
        if (left == 0) revert LineListInvalid(exceptions.length, 0);
    }

    function _requireDeclineReason(uint16 reason) private view {
        // At most LINE_LIMIT, of a contract of ours.
        // slither-disable-next-line calls-loop
        uint8 category = _registry.categoryOf(reason);
        if (category != CATEGORY_DECLINE) revert ReasonWrongCategory(reason, category);
    }

    function declineReturn(DeclineReturn calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asSeller(request.returnId, abi.encode(DECLINE_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.REQUESTED);
        _requireDeclineReason(request.reason);

        _lapse(request.returnId, rma, ReturnStatus.DECLINED);
        _record(
            ReturnDeclined.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.reason)
        );
    }

    function nameInspector(NameInspector calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asSeller(request.returnId, abi.encode(NAME_INSPECTOR_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        // Once: whoever was named counts on it, and an exchange would put off a deadline.
        if (rma.inspector != 0 || request.inspector == 0) revert InspectorInvalid(request.returnId, rma.inspector);

        rma.inspector = request.inspector;
        _record(
            InspectorNamed.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.inspector)
        );
    }

    /* SECOND THOUGHTS */

    function cancelReturn(CancelReturn calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(CANCEL_TYPEHASH, request), authorisation);
        bool open = rma.status == ReturnStatus.REQUESTED || rma.status == ReturnStatus.QUESTIONED
            || rma.status == ReturnStatus.APPROVED;
        if (!open) revert ReturnWrongStatus(request.returnId, rma.status, ReturnStatus.REQUESTED);
        _requireUndisputed(request.returnId, rma);
        // Nor once the seller sent money or a replacement in advance, or a dispute was decided.
        if (rma.flags & (RECEIVED | RETURNLESS | REPLACED | RULED) != 0 || rma.refundedMinor != 0) {
            revert ReturnGoodsArrived(request.returnId);
        }

        _lapse(request.returnId, rma, ReturnStatus.CANCELLED);
        _record(
            ReturnCancelled.selector, request.returnId, digest, abi.encode(uint64(block.timestamp))
        );
    }

    function reopenReturn(ReopenReturn calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(REOPEN_TYPEHASH, request), authorisation);
        bool lapsed = rma.status == ReturnStatus.DECLINED || rma.status == ReturnStatus.CANCELLED
            || rma.status == ReturnStatus.EXPIRED;
        if (!lapsed) revert ReturnWrongStatus(request.returnId, rma.status, ReturnStatus.DECLINED);
        _requireUndisputed(request.returnId, rma);
        if (rma.flags & REOPENED != 0) revert ReturnReopenedBefore(request.returnId);
        Terms memory terms = _termsOf(rma);
        uint64 until = uint64(rma.since) + terms.reopen_s + terms.grace_s;
        if (block.timestamp >= until) revert ReturnReopenTooLate(request.returnId, until);

        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            RmaLine storage asked = _rmaLines[request.returnId][line];
            SaleLine storage sold = _saleLines[rma.receipt][line];
            uint256 available = sold.quantity - sold.returning;
            if (asked.requested > available) revert QuantityTooLarge(uint8(line), asked.requested, available);
            sold.returning += asked.requested;
            asked.expected = asked.requested;
        }
        rma.flags |= REOPENED;
        // A parcel that was named before says nothing about what is sent now.
        rma.flags &= ~(SENT | DOCUMENTED);
        rma.sentAt = 0;
        rma.parcels = 0;
        _enter(rma, ReturnStatus.REQUESTED);
        _record(
            ReturnReopened.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.document)
        );
    }

    function closeReturn(CloseReturn calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(CLOSE_TYPEHASH, request), authorisation);
        if (rma.status == ReturnStatus.CLOSED) {
            revert ReturnWrongStatus(request.returnId, rma.status, ReturnStatus.APPROVED);
        }
        _requireUndisputed(request.returnId, rma);
        _requireWindowOver(request.returnId, rma);

        _enter(rma, ReturnStatus.CLOSED);
        _record(ReturnClosed.selector, request.returnId, digest, abi.encode(uint64(block.timestamp)));
    }

    /* LOST KEYS */

    function proposeBuyerKey(ProposeBuyerKey calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digestOf(abi.encode(PROPOSE_KEY_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        Sale storage sale = _claimed(request.receipt);
        _registry.requireRole(authorisation.actor, sale.seller, ROLE_SELLER);
        _propose(request, sale, digest);
    }

    function proposeBuyerKeyByCouncil(ProposeBuyerKey calldata request, Authorisation[] calldata authorisations)
        external
    {
        if (authorisations.length == 0) revert RequestAuthorisationMissing(0, 1);
        bytes32 digest = _digestOf(
            abi.encode(PROPOSE_KEY_TYPEHASH, request), authorisations[0].nonce, authorisations[0].deadline
        );
        _registry.requireCouncil(digest, authorisations);
        // Each nonce is used, so that nobody stands twice and no act is repeated.
        for (uint256 i = 0; i < authorisations.length; ++i) _authorise(digest, authorisations[i]);
        _propose(request, _claimed(request.receipt), digest);
    }

    function _propose(ProposeBuyerKey calldata request, Sale storage sale, bytes32 digest) private {
        if (request.buyer == address(0) || request.buyer == sale.buyer) revert ReceiptBuyerInvalid(request.buyer);

        uint64 takesOverAt = uint64(block.timestamp) + _termsOf(sale).recovery_s;
        _proposals[request.receipt] = KeyProposal(request.buyer, takesOverAt);
        _record(
            BuyerKeyProposed.selector,
            request.receipt,
            digest,
            abi.encode(uint64(block.timestamp), request.buyer, takesOverAt)
        );
    }

    function vetoBuyerKey(VetoBuyerKey calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digestOf(abi.encode(VETO_KEY_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        Sale storage sale = _claimed(request.receipt);
        if (sale.buyer != authorisation.actor) revert ReceiptNotParty(request.receipt, authorisation.actor);
        _proposed(request.receipt, request.buyer);

        delete _proposals[request.receipt];
        _record(
            BuyerKeyVetoed.selector, request.receipt, digest, abi.encode(uint64(block.timestamp), request.buyer)
        );
    }

    function takeBuyerKey(TakeBuyerKey calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digestOf(abi.encode(TAKE_KEY_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        Sale storage sale = _claimed(request.receipt);
        uint64 takesOverAt = _proposed(request.receipt, request.buyer);
        if (authorisation.actor != request.buyer) revert ReceiptNotParty(request.receipt, authorisation.actor);
        if (block.timestamp < takesOverAt) revert BuyerKeyTooEarly(request.receipt, takesOverAt);

        sale.buyer = request.buyer;
        delete _proposals[request.receipt];
        _record(BuyerKeyTaken.selector, request.receipt, digest, abi.encode(uint64(block.timestamp), request.buyer));
    }

    function _proposed(bytes32 receipt, address buyer) private view returns (uint64) {
        KeyProposal storage proposal = _proposals[receipt];
        if (proposal.buyer == address(0) || proposal.buyer != buyer) revert BuyerKeyNotProposed(receipt, buyer);
        return proposal.takesOverAt;
    }
}
